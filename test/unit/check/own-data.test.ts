import { expect, test } from 'vitest'
import { planned } from '../../../src/check/flow.ts'
import { ownData } from '../../../src/check/own-data.ts'
import { parseProject } from '../../../src/project/index.ts'
import { quarry } from '../../support/quarry.ts'

const description = quarry('')
const base = { proxy: { service: 'edge' }, upstreams: { stone: { servers: ['granite'], port: 80 } } }
const dependencies = { db: { service: 'basalt', kind: 'postgres' }, cache: { service: 'granite', kind: 'valkey' } }
const read = (data: object) => ownData(parseProject({ ...base, dependencies, data }, 'b.yaml'), 'b.yaml', description)
const once = { atLeast: 'acknowledged', atMost: 'sent' }

test('a check of data is asked of every cell', () => {
  const data = read({
    orders: { sql: { of: 'db', query: 'select 1' }, writes: '/orders', ...once },
    queue: { redis: { of: 'cache', command: ['LLEN', 'q'] }, equals: 0 },
    site: { http: { path: '/count', json: 'all' }, atLeast: 3, within: '1s' },
  })
  expect(data).toMatchObject([
    { question: { by: 'postgres', service: 'basalt' }, writes: '/orders', withinMs: 5_000 },
    { question: { by: 'redis', service: 'granite' }, bounds: { is: 0 } },
    { question: { by: 'http', status: 200 }, withinMs: 1_000 },
  ])
  const { runs } = planned({ description, traffic: { users: 20, ratePerS: 40 }, data }, { only: ['refuse/granite'] })
  expect(runs[0]?.plan.record.checks).toEqual(
    expect.arrayContaining([{ kind: 'data-kept', data: 'orders', least: 'acknowledged', most: 'sent' }]),
  )
})

test.each([
  [
    { x: { sql: { of: 'dp', query: 'q' }, equals: 1 } },
    /data\.x\.sql\.of: there is no dependency 'dp'\. Did you mean 'db'/,
  ],
  [{ x: { sql: { of: 'cache', query: 'q' }, equals: 1 } }, /'cache' is valkey, which does not speak sql/],
  [{ x: { redis: { of: 'db', command: ['PING'] }, equals: 1 } }, /'db' is postgres, which does not speak redis/],
  [{ x: { equals: 1 } }, /exactly one of http, sql, redis/],
  [{ x: { http: { path: '/' } } }, /it asks nothing/],
])('%j is refused', (data, why) => {
  expect(() => read(data)).toThrow(why)
})
