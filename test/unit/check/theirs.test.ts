import { expect, test } from 'vitest'
import { touchedBy } from '../../../src/check/attached.ts'
import { plannedCells } from '../../../src/check/cells.ts'
import { planned } from '../../../src/check/flow.ts'
import { whoseOf } from '../../../src/check/stranger.ts'
import { quickestMs, type TheirRules, theirRules, tooSlow, watchedByThem } from '../../../src/check/their-rules.ts'
import { cellsOf } from '../../../src/modes/index.ts'
import { parseProject } from '../../../src/project/index.ts'
import { fakeStack } from '../../support/fake-stack.ts'
import { quarry } from '../../support/quarry.ts'

const place = { service: 'prom', port: 9090 }
/** With that service in it. */
const watched = () => {
  const described = quarry('')
  const [first] = described.services
  const prom = { ...(first ?? expect.unreachable()), name: 'prom', role: 'other' }
  return { ...described, services: [...described.services, prom] }
}
const monitoring = { service: 'prom', prometheus: 9090, rules: '', metrics: {}, theirs: { prometheus: place } }
const pace = {
  ...{ prometheus: 'prom', alertmanager: 'pager', scrapeMs: 15_000, evaluateMs: 30_000 },
  ...{ groupWaitMs: 10_000, settleMs: 120_000 },
}
const rule = (alert: string, forMs: number, reachMs = 0) => ({
  ...{ alert, group: 'g', file: 'r.yml', health: 'ok', lastError: '', forMs, keepFiringForMs: 0, reachMs },
  ...{ wholeMs: forMs + reachMs + 45_000, never: null, selectors: [], missing: [], samples: 1 },
})
const their: TheirRules = { pace, alive: [rule('Quick', 0), rule('Slow', 60_000, 60_000)], notes: ['asked'] }
const traffic = { users: 20, ratePerS: 40 }

test('a cell that is held to an alert is held until theirs may have come', () => {
  const description = watchedByThem(watched(), monitoring)
  const { cells } = cellsOf(description, { only: ['refuse/granite'] })
  const [free] = plannedCells({ cells, description, traffic, their })
  expect([free?.cell.holdMs, free?.plan.record.theirs]).toEqual([3_000, pace])
  const [held] = plannedCells({ cells, description, traffic, their, expect: { default: { alertWithin: 20_000 } } })
  expect([quickestMs(their), held?.cell.holdMs]).toEqual([55_000, 55_000])
})

test('which of their rules cannot fire in a hold is told, with the hold that would do', () => {
  expect(tooSlow(their, 3_000)).toEqual([
    '2 rules of 2 cannot fire while a fault is held for 3.0 s: Quick (45.0 s), Slow (1 min 45 s); ' +
      '--hold 45s lets the quickest, 105s all of them.',
  ])
  expect(tooSlow(their, 60_000)).toEqual([
    expect.stringMatching(/^1 rule of 2 .* Slow \(1 min 45 s\); --hold 105s would do/),
  ])
  expect(tooSlow(their, 120_000)).toEqual([])
})

test('before anybody was asked theirs is taken to answer, and a budget for alerts is no mistake', () => {
  const asked = { description: watched(), traffic, expect: { default: { alertWithin: 20_000 } } }
  const only = { only: ['refuse/granite'] }
  expect(() => planned(asked, only)).toThrow(/monitor/)
  expect(planned({ ...asked, theirs: { prometheus: place } }, only).runs).toHaveLength(1)
})

const answers = (found: Record<string, object>) => (path: string) =>
  JSON.stringify(
    Object.entries(found).find(([part]) => decodeURIComponent(path).includes(part))?.[1] ?? { data: { result: [] } },
  )
const group = (all: [string, string][]) => ({
  data: {
    groups: [
      {
        name: 'g',
        file: '/etc/r.yml',
        interval: 15,
        rules: all.map(([name, query]) => ({ name, query, health: 'ok' })),
      },
    ],
  },
})
const some = { data: { result: [{ metric: {}, value: [1, '3'] }] } }

test('a rule whose metric or label nobody exposes is dead, and one that waits for an error is not', async () => {
  const stack = fakeStack()
  stack.onMonitoring = answers({
    '/status/config': { data: { yaml: 'global: { scrape_interval: 15s, evaluation_interval: 15s }' } },
    '/rules': group([
      ['Gone', 'nobody_exposes_this > 0'],
      ['NoLabel', 'up{tier="gold"} == 0'],
      ['Later', 'rate(up{job=~"5.."}[1m]) > 0'],
      ['Fine', 'up == 0'],
    ]),
    '/targets': { data: { activeTargets: [{ health: 'up', labels: {} }] } },
    'count(up)': some,
    'count(up{job!=""})': some,
    'last_over_time(up[': some,
    'last_over_time((up)': some,
  })
  const { prometheus, description } = stack
  const asked = { ...(prometheus ? { prometheus } : {}), description: { ...description, monitoring } }
  const found = await theirRules(asked, new AbortController().signal)
  expect(found?.notes).toEqual([
    'Alerts are those of your own Prometheus (prom): targets are asked every 15.0 s, rules every 15.0 s; ' +
      'whom they reach is not known.',
    'r.yml: Gone is dead: no target exposes nobody_exposes_this',
    'r.yml: NoLabel is dead: no series of up has a label tier',
  ])
  expect(found?.alive.map(({ alert }) => alert)).toEqual(['Later', 'Fine'])
  expect(await theirRules(stack, new AbortController().signal)).toBeUndefined()
})

const project = (prometheus?: object) =>
  parseProject(
    {
      proxy: { service: 'edge' },
      upstreams: { api: { servers: ['api'], port: 1 } },
      monitoring: prometheus ? { prometheus } : {},
    },
    'badgateway.yaml',
  )
const around = { containers: [{ service: 'prom', number: 1, id: '', image: '', ports: [] }], env: {}, folder: '/' }

test('whose monitoring is asked is theirs, unless ours is wanted or there is no other', async () => {
  expect(await whoseOf(project(place), undefined, around)).toEqual({ theirs: { prometheus: { ...place, prefix: '' } } })
  expect(await whoseOf(project(place), 'theirs', around)).toMatchObject({ mustAnswer: true })
  expect(await whoseOf(project(place), 'ours', around)).toEqual({ passedOver: 'prom' })
  await expect(whoseOf(project(), 'theirs', around)).rejects.toThrow('badgateway.yaml names no Prometheus')
})

test('who agrees to a check of containers that run is told that people may be paged', () => {
  const stranger = { description: quarry(''), containers: [], entry: 'http://127.0.0.1:1', traffic, handlings: {} }
  expect(touchedBy(stranger, [])).toContain('REAL PEOPLE MAY BE PAGED')
  expect(touchedBy({ ...stranger, theirs: { prometheus: place } }, [])).toContain('prom is asked for its alerts')
})
