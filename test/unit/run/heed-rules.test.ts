import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRules } from '../../../src/rules/index.ts'
import { heedRules, planOf } from '../../../src/run/index.ts'
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

function planWith(story: object[], { checks = [], minuteMs = 1_000 }: { checks?: object[]; minuteMs?: number } = {}) {
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
  return planOf(scenario, { variant: 'plain', incidentMinuteMs: minuteMs })
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

test.each([
  ['a story', planWith([asks('GatewaySuccesRateDrop')]), /story\.1\.alert: there is no rule/],
  ['a check', planWith([], { checks: [{ kind: 'alert-lead', alert: 'Nonsense' }] }), /checks: alert-lead: there is no/],
  ['a silence', planWith([], { checks: [{ kind: 'alerts-silent', alerts: ['Typo'] }] }), /checks: alerts-silent/],
  ['a look', planWith([{ at: '10:07', look: { kind: 'missing-alert', alert: 'Typo' } }]), /story\.1\.look\.alert/],
  ['a rule that is not loaded', planWith([asks('NginxUpstreamConnectFailures')]), /is not loaded in this variant/],
])('%s that names an alert which no rule of ours has is refused at once', (_, plan, message) => {
  expect(() => heedRules(plan, ours)).toThrow(message)
  expect(() => heedRules(plan, ours)).toThrow(expect.objectContaining({ code: 'SCENARIO_INVALID', exitCode: 64 }))
})

test('what was probably meant is named', () => {
  const hint = expect.stringContaining('Did you mean GatewaySuccessRateDrop?')
  expect(() => heedRules(planWith([asks('GatewaySuccesRateDrop')]), ours)).toThrow(expect.objectContaining({ hint }))
})

test('with rules of your own, a near miss is refused, and one of ours is told to stay open', () => {
  const rules = own({ alert: 'EdgeManyServerErrors', forMs: 0 })
  expect(() => heedRules(planWith([asks('EdgeManyServerError')]), rules)).toThrow(/there is no rule/)
  expect(heedRules(planWith([asks('GatewaySuccessRateDrop')]), rules)).toEqual([
    'GatewaySuccessRateDrop (story.1.alert): no rule has it, so nothing will be said of it',
  ])
})

test('no scenario that comes with badgateway asks what its rules cannot answer', async () => {
  const folder = join(root, 'scenarios')
  for (const { name } of await builtInScenarios(folder)) {
    const scenario = await findScenario(name, folder)
    for (const variant of Object.keys(scenario.variants)) {
      expect([name, variant, heedRules(planOf(scenario, { variant }), ours)]).toEqual([name, variant, []])
    }
  }
})
