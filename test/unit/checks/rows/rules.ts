import type { FactOf, NewFact } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, outageAlert, plus, storyT, without, withoutKind } from '../../../support/journal.ts'
import { good, quiet, type Row } from './row.ts'

type Seen = FactOf<'rule-evidence'>['rules'][number]

/** A rule that was loaded, had samples, and needs 9 s. */
const sound = (alert: string, more: Partial<Seen> = {}): Seen => ({
  alert,
  group: 'edge',
  file: 'edge.yml',
  health: 'ok',
  lastError: '',
  forMs: 3_000,
  keepFiringForMs: 0,
  reachMs: 4_000,
  wholeMs: 9_000,
  never: null,
  selectors: [{ selector: 'up', series: 3 }],
  missing: [],
  samples: 1,
  ...more,
})

/** A run whose Prometheus had these rules: by the snapshot of its stack, and by what they were seen to look at. */
function looked(record: RunRecord, rules: Seen[], moment: 'start' | 'end' = 'end'): RunRecord {
  const evidence: NewFact = { kind: 'rule-evidence', moment, overMs: 80_000, rules }
  const had = Object.fromEntries(rules.map(({ alert, group }) => [`alert ${alert} in ${group}`, '']))
  const known = changed(withoutKind(record, 'rule-evidence'), 'stack-snapshot', ({ snapshot }) => ({
    snapshot: { ...snapshot, rules: { ...snapshot.rules, ...had } },
  }))
  return plus(known, moment === 'end' ? storyT + 84_000 : storyT - 1, evidence)
}

const dumb = without(good, (fact) => fact.kind === 'alert-changed' && fact.alert === outageAlert)
const fires = { kind: 'alert-fires', alert: outageAlert, firesWithinMs: 15_000 }
const resolves = { kind: 'alert-resolves', alert: outageAlert, withinMs: 15_000 }
const silent = { kind: 'alerts-silent', alerts: ['DatabaseDown'] }
const only = { kind: 'no-other-alert', allow: [outageAlert] }
const having = (more: Partial<Seen>) => looked(dumb, [sound(outageAlert, more)])
const gone = { missing: ['ingress_requests{job="x"}'], samples: 0 }

export const ruleRows: Row[] = [
  ['fail', 'never, though it could', having({}), fires, /SuccessRateDropped never fired/],
  ['inconclusive', 'not loaded', looked(dumb, [sound('Other')]), fires, /Prometheus has no rule SuccessRateDropped/],
  ['inconclusive', 'nothing to look at', having(gone), fires, /no series of ingress_requests\{job="x"\}/],
  ['inconclusive', 'no result at any time', having({ samples: 0 }), fires, /had no result at any time/],
  ['inconclusive', 'can never fire', having({ never: "'le' is lost" }), fires, /can never fire: 'le' is lost/],
  ['inconclusive', 'broken', having({ health: 'err', lastError: 'many-to-many' }), fires, /evaluated: many-to-many/],
  [
    'inconclusive',
    'no time',
    having({ forMs: 60_000, reachMs: 60_000, wholeMs: 122_000 }),
    fires,
    /needs 122\.0 s \(for 60\.0 s, looking 60\.0 s back\), and .* lasted 6\d\.\d s: .* --time-scale 1\.9s on/,
  ],
  ['inconclusive', 'no time at any scale', having({ wholeMs: 86_400_000 }), fires, /no --time-scale is slow enough/],
  [
    'inconclusive',
    'no observation was made at the end',
    looked(dumb, [sound(outageAlert)], 'start'),
    fires,
    /was not asked for/,
  ],
  [
    'inconclusive',
    'no list of rules',
    withoutKind(dumb, 'stack-snapshot'),
    fires,
    /rules of Prometheus were not recorded/,
  ],
  ['pass', 'fired, whatever is said of its rule', looked(good, [sound(outageAlert, gone)]), fires, /fired 3\.9 s/],
  [
    'fail',
    'one of two rules could',
    looked(dumb, [sound(outageAlert, gone), sound(outageAlert)]),
    fires,
    /never fired/,
  ],
  ['inconclusive', 'nothing to resolve', having(gone), resolves, /nothing to resolve: .*no series of/],

  ['pass', 'silent, though it could', looked(good, [sound('DatabaseDown')]), silent, /none of DatabaseDown fired/],
  ['inconclusive', 'silent for want of series', looked(good, [sound('DatabaseDown', gone)]), silent, /no series of/],
  [
    'inconclusive',
    'silent for want of time',
    looked(good, [sound('DatabaseDown', { wholeMs: 300_000 })]),
    silent,
    /says nothing: DatabaseDown needs 300\.0 s/,
  ],

  ['pass', 'others could', looked(good, [sound('A'), sound('B', gone)]), only, /of 1 rule that could have; B had/],
  ['inconclusive', 'no other could', looked(good, [sound(outageAlert), sound('B', gone)]), only, /says nothing: B had/],
  ['inconclusive', 'there is no other', looked(good, [sound(outageAlert)]), only, /no rule that could have/],
  ['inconclusive', 'only the Watchdog', looked(quiet, [sound('Watchdog')]), { ...only, allow: [] }, /no rule but/],
]
