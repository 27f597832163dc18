import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRules } from '../../../src/rules/index.ts'
import { heedRules, type KnownRules, planOf } from '../../../src/run/index.ts'
import { builtInScenarios, findScenario, parseScenario } from '../../../src/scenario/index.ts'

const root = join(import.meta.dirname, '../../..')
const ours = { own: false, rules: (await readRules(join(root, 'docker/monitoring/rules'))).rules }

type Own = { alert: string; forMs: number; expr?: string }
const own = (...given: Own[]) => ({
  own: true,
  rules: given.map(({ alert, forMs, expr = 'sum(rate(nginx_http_requests_total[1m])) > 1' }) => {
    return {
      kind: 'alert' as const,
      name: alert,
      file: 'e.yml',
      group: 'g',
      everyMs: null,
      expr,
      forMs,
      keepFiringForMs: 0,
    }
  }),
})

interface Parts {
  checks?: object[]
  minuteMs?: number
  rules?: KnownRules
}

function planWith(story: object[], { checks = [], minuteMs = 1_000, rules }: Parts = {}) {
  const scenario = parseScenario(
    {
      name: 'edge',
      title: '',
      summary: '',
      report: { rootCause: '', impact: '', lessons: [] },
      clock: { steadyFrom: '10:00', start: '10:06', end: '10:26' },
      load: { users: { ratePerS: 50, users: 50, mix: [{ path: '/' }] } },
      story: [
        { at: '10:06', fault: { kind: 'wrong-upstream', upstreams: ['api', 'web'] } },
        ...story,
        { at: '10:20', remedy: { kind: 'rollback-config' } },
      ],
      checks,
      variants: { plain: { title: '', measures: [] } },
    },
    'edge.yaml',
  )
  return planOf(scenario, { variant: 'plain', incidentMinuteMs: minuteMs, rules })
}
const asks = (alert: string, more: object = {}) => ({ at: '10:06', alert, ...more })

test('what does not fit into the time that the story leaves is told, with the scale from which it can be asked', () => {
  const rules = own({ alert: 'Slow', forMs: 60_000 })
  const within = { firesWithin: '80s' }
  expect(heedRules(planWith([asks('Slow', within)]), rules)).toEqual([
    "Slow cannot be asked at this scale: its 'for' is 1m, and the fault lasts about 14s; " +
      'it can be asked from --time-scale 8.8s on',
  ])
  const [told] = heedRules(planWith([asks('Slow', within)], { minuteMs: 6_000 }), rules)
  expect(told).toContain('proves nothing by its silence at this scale')
  expect(heedRules(planWith([asks('Slow', within)], { minuteMs: 8_800 }), rules)).toEqual([])
  const never = own({ alert: 'Slow', forMs: 0, expr: 'avg_over_time(up[1d]) > 1' })
  expect(heedRules(planWith([asks('Slow')]), never)[0]).toContain('no --time-scale is slow enough')
})

test('what no scale can mend is told too', () => {
  const rules = own({ alert: 'Slow', forMs: 60_000 })
  const told = heedRules(planWith([asks('Slow', { firesWithin: '10s' })], { minuteMs: 10_000 }), rules)
  expect(told).toEqual(["Slow cannot fire within 10s: its 'for' alone is 1m (firesWithin 1m2s)"])
  const lost = own({ alert: 'Q', forMs: 0, expr: 'histogram_quantile(0.9, sum by (job) (d_bucket)) > 1' })
  expect(heedRules(planWith([asks('Q')]), lost)[0]).toContain("Q can never fire: 'le' is lost")
})

test.each<[string, object[], object[], RegExp]>([
  ['a story', [asks('GatewaySuccesRateDrop')], [], /story\.1\.alert: there is no rule .*\(found "GatewaySucces/],
  ['a check', [], [{ kind: 'alert-lead', alert: 'Nonsense', atLeastMs: 0 }], /checks\.0\.alert: there is no rule/],
  ['a silence', [], [{ kind: 'alerts-silent', alerts: ['Typo'] }], /checks\.0\.alerts\.0: there is no rule 'Typo'/],
  [
    'a look',
    [{ at: '10:07', look: { kind: 'missing-alert', alert: 'Typo' } }],
    [],
    /story\.1\.look\.alert: there is no/,
  ],
  [
    'a wait',
    [{ once: { alert: 'Typo', state: 'firing', within: '5s' }, note: 'then' }],
    [],
    /story\.1\.once\.alert: there/,
  ],
  ['a rule that is not loaded', [asks('NginxUpstreamConnectFailures')], [], /is not loaded in this variant/],
])('%s that names an alert which no rule of ours has is refused at once', (_, story, checks, message) => {
  const planned = () => planWith(story, { checks, rules: ours })
  expect(planned).toThrow(message)
  expect(planned).toThrow(expect.objectContaining({ code: 'SCENARIO_INVALID', exitCode: 64 }))
  // Where nobody has read the rules, nobody can tell.
  expect(planWith(story, { checks }).record.story).toHaveLength(story.length + 2)
})

test('every alert that no rule has is told at once, with the services that are not there', () => {
  const looks = { at: '10:07', look: { kind: 'missing-alert', alert: 'Typo' } }
  const wrong = { at: '10:08', remedy: { kind: 'restart-service', service: 'prxy' } }
  const planned = () => planWith([asks('Nobody'), looks, wrong], { rules: ours })
  for (const line of [/story\.1\.alert/, /story\.2\.look\.alert/, /story\.3\.remedy\.service/]) {
    expect(planned).toThrow(line)
  }
})

test('what was probably meant is named', () => {
  const planned = () => planWith([asks('GatewaySuccesRateDrop')], { rules: ours })
  expect(planned).toThrow('did you mean GatewaySuccessRateDrop?')
})

test('with rules of your own, a near miss is refused, and one of ours is for the lint to tell', () => {
  const rules = own({ alert: 'EdgeManyServerErrors', forMs: 0 })
  expect(() => planWith([asks('EdgeManyServerError')], { rules })).toThrow(/there is no rule/)
  expect(heedRules(planWith([asks('GatewaySuccessRateDrop')], { rules }), rules)).toEqual([])
})

test('no scenario that comes with badgateway asks what its rules cannot answer', async () => {
  const folder = join(root, 'scenarios')
  for (const { name } of await builtInScenarios(folder)) {
    const scenario = await findScenario(name, folder)
    for (const variant of Object.keys(scenario.variants)) {
      expect([name, variant, heedRules(planOf(scenario, { variant, rules: ours }), ours)]).toEqual([name, variant, []])
    }
  }
})
