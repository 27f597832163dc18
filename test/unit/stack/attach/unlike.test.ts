import { expect, test } from 'vitest'
import type { Inspected } from '../../../../src/stack/attach/recreate.ts'
import { siteMoves, siteOf } from '../../../../src/stack/attach/site.ts'
import { unlike, unlikeNow } from '../../../../src/stack/attach/unlike.ts'

/** What an engine tells of a container, as far as it is looked at. */
const inspected = (state: object, host: object, networks: readonly string[] = ['shop']) =>
  ({
    State: { Running: true, Paused: false, ...state },
    HostConfig: { Memory: 0, MemorySwap: 0, NanoCpus: 0, CpuQuota: 0, CpuPeriod: 0, ...host },
    NetworkSettings: { Networks: Object.fromEntries(networks.map((name) => [name, {}])) },
  }) as unknown as Inspected
const before = inspected({}, {})

test.each([
  [inspected({ Paused: true }, {}), ['api: state was running, and is paused']],
  [inspected({ Running: false }, {}), ['api: state was running, and is ended']],
  [inspected({}, { Memory: 7 }), ['api: memory limit was 0, and is 7']],
  [
    inspected({}, { CpuQuota: 5_000, CpuPeriod: 100_000 }),
    ['api: share of the cores was all, and is 5000 us of 100000'],
  ],
  [inspected({}, { CpuQuota: -1, CpuPeriod: 100_000 }), []],
  [inspected({}, {}, ['shop', 'else']), ['api: networks was shop, and is else, shop']],
])('a container of others that is not what it was is told (%#)', (now, words) => {
  expect(unlike('api', before, now)).toEqual(words)
})

test('one that is gone is told, and another failure of the engine is one', async () => {
  const look = (thrown: object) => () => Promise.reject(Object.assign(new Error('no'), thrown))
  const of = (thrown: object) => unlikeNow([{ name: 'api', before, look: look(thrown) }])
  expect(await of({ statusCode: 404 })).toEqual(['api: its container is gone'])
  await expect(of({ statusCode: 500 })).rejects.toThrow('no')
})

const published = (asked: string | undefined, ip = '0.0.0.0') =>
  ({
    HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: asked }] } },
    NetworkSettings: { Ports: { '80/tcp': [{ HostIp: ip, HostPort: '32768' }], '81/tcp': null } },
  }) as unknown as Inspected

test('a site is asked where it is published on this machine, and moves where the engine has chosen', () => {
  expect(siteOf(published('32768'), { scheme: 'https', port: 80 })).toBe('https://127.0.0.1:32768')
  expect(siteOf(published('32768'), { scheme: 'http', port: 81 })).toBeUndefined()
  expect(siteOf(published('32768', '10.0.0.7'), { scheme: 'http', port: 80 })).toBeUndefined()
  const moves = ['32768', '', '0', undefined].map((asked) => siteMoves(published(asked), 'http://127.0.0.1:32768'))
  expect(moves).toEqual([false, true, true, true])
})
