import { expect, test } from 'vitest'
import { guideStep } from '../../../scenarios/incidents/escalation-guide/_check.ts'
import { read } from '../../../src/checks/index.ts'
import { changed, withoutKind } from '../../support/journal.ts'
import { good, noLoad, quiet, type Row } from '../checks/rows/row.ts'

const looks = { kind: 'guide-step', guide: 1, look: 4, names: ['connect-refused'] }
const cures = { kind: 'guide-step', guide: 4, look: 4, remedy: 6, effect: 'cures' }
const refused = { kind: 'guide-step', guide: 3, remedy: 5, effect: 'no effect' }

const rows: Row[] = [
  ['pass', 'names the cause', good, { ...looks, finds: true }, /found 'connect-refused'/],
  ['pass', 'names no cause', good, { ...looks, names: [], finds: false }, /found 'connect-refused'/],
  ['fail', 'sees only a symptom', good, { ...looks, names: ['a port'], finds: true }, /does not name the cause/],
  ['fail', 'names it although it should not', good, { ...looks, finds: false }, /it names the cause/],
  [
    'inconclusive',
    'no observation was made',
    withoutKind(good, 'observed'),
    { ...looks, finds: true },
    /no observation was made/,
  ],
  ['pass', 'cures', good, cures, /100 % of requests failed before, 0 % after/],
  ['pass', 'has no effect', good, refused, /100 % after/],
  ['fail', 'does not cure', good, { ...refused, effect: 'cures' }, /expected: cures, measured: no effect/],
  [
    'fail',
    'is undone',
    changed(good, 'remedy-applied', () => ({ changed: false })),
    cures,
    /measured: heals by itself/,
  ],
  ['inconclusive', 'nothing was wrong', quiet, cures, /nothing was wrong before it/],
  ['inconclusive', 'no samples', noLoad, cures, /no request/],
  [
    'inconclusive',
    'measured, and no observation was made',
    good,
    { kind: 'guide-step', guide: 1, look: 5 },
    /^no observation was made/,
  ],
  [
    'inconclusive',
    'measured, and nothing was done',
    good,
    { kind: 'guide-step', guide: 6, remedy: 3 },
    /^nothing was done/,
  ],
  ['pass', 'measured only', good, { kind: 'guide-step', guide: 6, remedy: 6 }, /0 % after/],
]

test.each(rows.map(([status, name, record, spec, because]) => ({ status, name, record, spec, because })))(
  'says $status: $name',
  ({ status, record, spec, because }) => {
    const [finding] = guideStep.ask(read(record), spec)
    expect(finding).toMatchObject({ check: 'guide-step', status, because: expect.stringMatching(because) })
  },
)
