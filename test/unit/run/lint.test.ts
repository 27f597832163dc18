import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defineProbe } from '../../../src/index.ts'
import { readRules } from '../../../src/rules/index.ts'
import { type KnownRules, lintScenario, plansOf } from '../../../src/run/index.ts'
import { builtInScenarios, findScenario, kindsOf, noKinds, parseScenario } from '../../../src/scenario/index.ts'

const root = join(import.meta.dirname, '../../..')
const ours = { own: false, rules: (await readRules(join(root, 'docker/monitoring/rules'))).rules }
const theirs: KnownRules = { own: true, rules: [] }

interface Parts {
  story?: object[]
  checks?: object[]
  variant?: object
  kinds?: Parameters<typeof parseScenario>[2]
}

const fault = { at: '10:06', fault: { kind: 'wrong-upstream', upstreams: ['api'] }, as: 'the deploy' }

function lintOf({ story = [fault], checks = [], variant = {}, kinds = noKinds }: Parts, known = theirs) {
  const scenario = parseScenario(
    {
      name: 'edge',
      title: '',
      summary: '',
      report: { rootCause: '', impact: '', lessons: [] },
      clock: { steadyFrom: '10:00', start: '10:06', end: '10:26' },
      load: { users: { ratePerS: 50, users: 50, mix: [{ path: '/' }], timeout: '5s' } },
      story,
      checks,
      variants: { plain: { title: '', measures: [], ...variant } },
    },
    'edge.yaml',
    kinds,
  )
  return lintScenario(scenario, plansOf(scenario, ['plain']), known)
}
const begins = { kind: 'outage-begins', from: '10:06', to: '10:08' }

test.each<[string, Parts, object]>([
  ['a fault that nothing looks at', {}, { path: 'story.0.fault', value: 'the deploy' }],
  [
    'one in the story of a variant',
    { checks: [], variant: { story: [{ at: '10:06', note: 'quiet' }, fault] }, story: [{ at: '10:06', note: '' }] },
    { path: 'variants.plain.story.1.fault' },
  ],
  ['a share that is all', { checks: [{ kind: 'users-affected', atMost: 1 }] }, { path: 'checks.0.atMost', value: 1 }],
  [
    'a time that nobody waits',
    { variant: { checks: [begins, { kind: 'answer-time', atMostMs: 5_000 }] } },
    { path: 'variants.plain.checks.1.atMostMs', what: expect.stringContaining('no user waits longer than 5.0 s') },
  ],
  [
    'an alert that no rule has',
    { story: [fault, { at: '10:07', alert: 'GatewayDown' }] },
    { path: 'story.1.alert', value: 'GatewayDown', what: expect.stringContaining('no rule has this alert') },
  ],
])('%s is named with its path and value', (_what, parts, trap) => {
  expect(lintOf(parts)).toEqual([expect.objectContaining(trap)])
})

test.each<[string, Parts]>([
  ['a fault, and a check', { checks: [begins] }],
  ['a fault, and a recovery', { story: [fault, { at: '10:08', recovered: { within: '20s', hold: '1s' } }] }],
  ['a share between two bounds', { checks: [{ kind: 'users-affected', atLeast: 0.2, atMost: 1 }] }],
])('%s are no trap', (_what, parts) => {
  expect(lintOf(parts)).toEqual([])
})

test('a kind that is brought along and never named is unused', () => {
  const look = async () => ({ finding: 'well', because: '', evidence: {} })
  const probe = defineProbe({ kind: 'own-look', about: 'Looks.', fields: {}, finds: ['well'], make: () => ({ look }) })
  const kinds = kindsOf([probe], 'own.ts')
  expect(lintOf({ checks: [begins], kinds })).toEqual([
    { path: 'kinds', value: 'probe own-look', what: 'no variant uses it' },
  ])
  const used = [fault, { at: '10:07', look: { kind: 'own-look' }, finds: 'well' }]
  expect(lintOf({ story: used, kinds })).toEqual([])
})

test('no scenario that comes with badgateway has a trap', async () => {
  const folder = join(root, 'scenarios')
  for (const { name } of await builtInScenarios(folder)) {
    const scenario = await findScenario(name, folder)
    const plans = plansOf(scenario, Object.keys(scenario.variants), { rules: ours })
    expect([name, lintScenario(scenario, plans, ours)]).toEqual([name, []])
  }
})
