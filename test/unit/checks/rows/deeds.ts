import type { FactOf } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import {
  changed,
  failingBetween,
  killedAt,
  outageJournal,
  plus,
  storyT,
  withoutKind,
} from '../../../support/journal.ts'
import { good, never, noLoad, quiet, type Row, stopped } from './row.ts'

const remedy = (step: 5 | 6, change: Partial<FactOf<'remedy-applied'>>) =>
  changed(good, 'remedy-applied', (fact) =>
    fact.remedy === (step === 5 ? 'rollback' : 'correct-config') ? change : {},
  )

/** The whole story without a user who failed between two instants, ms after its start. */
const servedBetween = (record: RunRecord, fromMs: number, toMs: number) =>
  changed(record, 'load-sample', (fact) => {
    if (fact.fromT < storyT + fromMs || fact.fromT >= storyT + toMs) return {}
    return { ledger: { http_200: fact.planned }, firstFailedT: null, lastFailedT: null, usersFailed: [] }
  })

/** Requests that are served from 62 s on, and for their answers those until 66 s waited so long, ms. */
const servedAfter = (waitedMs: number) =>
  changed(outageJournal({ servedAgainMs: 62_000 }), 'load-sample', ({ fromT, latencyMs }) => {
    if (!latencyMs || fromT < storyT + 61_000 || fromT >= storyT + 66_000) return {}
    return { latencyMs: { ...latencyMs, p90: waitedMs, p95: waitedMs, p99: waitedMs, p999: waitedMs, max: waitedMs } }
  })

const byItself = changed(good, 'fault-undone', () => ({ by: 'itself' }))
/** An outage that begins in the second before the last one before the rollback, which is done here. */
const justBegun = failingBetween(servedBetween(remedy(5, { ok: true, changed: true }), 0, 47_000), 47_000, 48_000, 0.7)
const again = servedBetween(good, 30_000, 38_000)
const stays = { kind: 'outage-stays', step: 5, without: 'the restart' }
const finds = { kind: 'look-finds', step: 2, finds: 'healthy' }
const isCured = { kind: 'remedy-effect', step: 6, expect: 'cures' }
const isRefused = { kind: 'remedy-effect', step: 5, expect: 'fails' }
const isWorse = { kind: 'remedy-effect', step: 5, expect: 'makes worse' }
const bySelf = { kind: 'remedy-effect', step: 6, expect: 'heals by itself' }
const isBack = { kind: 'recovered', step: 7, withinMs: 10_000, holdMs: 5_000 }
const acted = { kind: 'measure-acted', measure: 'config-validation', action: 'rejected' }
const outcome = { kind: 'fault-outcome', step: 0, outcome: 'in-force' }

export const deedRows: Row[] = [
  ['pass', 'found', good, finds, /found 'healthy'/],
  ['pass', 'found by that probe', good, { ...finds, probe: 'database-healthy' }, /found 'healthy'/],
  ['fail', 'found something else', good, { ...finds, finds: 'down' }, /expected 'down'/],
  ['inconclusive', 'could not tell', changed(good, 'observed', () => ({ finding: 'unknown' })), finds, /'unknown'/],
  ['inconclusive', 'no observation was made', withoutKind(good, 'observed'), finds, /no observation was made/],
  ['inconclusive', 'another probe looked', good, { ...finds, probe: 'api-requests' }, /no observation was made/],
  ['inconclusive', 'no such step', good, { ...finds, step: 19 }, /no step 19/],
  ['inconclusive', 'killed before', killedAt(good, storyT + 15_000), finds, /ended before step 2/],

  ['pass', 'cures', good, isCured, /100 % of requests failed before, 0 % after/],
  ['fail', 'cures, though it was refused', remedy(6, { ok: false }), isCured, /not by this remedy/],
  ['fail', 'cures, though nothing changed', remedy(6, { changed: false }), isCured, /not by this remedy/],
  ['pass', 'cures those who wait for it', servedAfter(3_400), isCured, /100 % of requests failed before, 0 % after/],
  ['fail', 'cures, though nobody waited', servedAfter(40), isCured, /service came back, but not by this remedy/],
  ['fail', 'cures, though all were answered', servedAfter(900), isCured, /service came back, but not by this remedy/],
  ['fail', 'does not cure', good, { ...isCured, step: 5 }, /100 % after; expected a cure/],
  ['inconclusive', 'nothing was wrong', quiet, isCured, /nothing was wrong before it: 0 %/],
  ['inconclusive', 'no remedy', withoutKind(good, 'remedy-applied'), isCured, /no remedy was applied/],
  ['inconclusive', 'no samples', noLoad, isCured, /no request/],
  ['inconclusive', 'killed after it', killedAt(good, storyT + 67_500), isCured, /only 0 requests to tell/],
  ['pass', 'fails', good, isRefused, /was refused \(the former package needs/],
  ['pass', 'fails, for that reason', good, { ...isRefused, says: 'libssl1.1' }, /was refused/],
  ['fail', 'fails, for another reason', good, { ...isRefused, says: 'keepalive' }, /expected it to say 'keepalive'/],
  ['fail', 'was done, though it should fail', remedy(5, { ok: true }), isRefused, /expected a remedy that fails/],
  ['fail', 'service came back', servedBetween(good, 51_000, 65_000), isRefused, /0 % after/],
  ['inconclusive', 'another remedy came too soon', then(51_500), isRefused, /only 0 requests to tell its effect by/],
  ['pass', 'another remedy came before it settled', then(53_200), isRefused, /100 % after/],
  ['pass', 'no effect', remedy(5, { ok: true, changed: true }), { ...isRefused, expect: 'no effect' }, /100 % after/],
  ['pass', 'no effect, soon after the begin', justBegun, { ...isRefused, expect: 'no effect' }, /100 % .* before/],
  [
    'fail',
    'no effect, for it was refused',
    good,
    { ...isRefused, expect: 'no effect' },
    /expected it to be done, without effect/,
  ],
  ['fail', 'an effect', good, { ...isCured, expect: 'no effect' }, /0 % after; expected no effect/],
  ['inconclusive', 'no such step', good, { ...isCured, step: 19 }, /no step 19/],
  ['pass', 'makes worse', failingBetween(good, 44_000, 51_000, 0.3), isWorse, /30 % .* before, 100 % after; it made/],
  ['fail', 'does not make it worse', good, isWorse, /100 % after; expected a remedy that makes it worse/],
  ['pass', 'breaks what was well', failingBetween(good, 44_000, 51_000, 0), isWorse, /0 % .* before, 100 % after/],
  ['pass', 'heals by itself', servedBetween(good, 62_500, 75_000), bySelf, /not by this remedy/],
  ['pass', 'had recovered long before', servedBetween(good, 51_000, 75_000), bySelf, /not by this remedy/],
  ['pass', 'the fault passed by itself', byItself, bySelf, /not by this remedy/],
  ['fail', 'does not recover on its own', good, bySelf, /expected service to recover on its own/],

  ['pass', 'stays', good, stays, /100 % of requests failed just before 15:20/],
  ['fail', 'does not stay', servedBetween(good, 44_000, 51_000), stays, /0 % of requests failed just before 15:20/],
  ['pass', 'ends by itself', servedBetween(good, 44_000, 51_000), { ...stays, stays: false }, /0 % of requests/],
  ['fail', 'does not end by itself', good, { ...stays, stays: false }, /100 % of requests/],
  ['inconclusive', 'never out', quiet, stays, /there was no outage/],
  ['inconclusive', 'no samples', noLoad, stays, /no request/],
  ['inconclusive', 'killed before it', killedAt(good, storyT + 40_000), stays, /ended before step 5/],

  ['pass', 'did not come back', good, { kind: 'no-relapse' }, /no outage came back/],
  ['pass', 'did not come back after the step', good, { kind: 'no-relapse', step: 7 }, /no outage came back/],
  ['pass', 'never out', stopped, { kind: 'no-relapse' }, /there was no outage/],
  ['fail', 'came back', again, { kind: 'no-relapse' }, /again at 15:08 after service had held for 8\.\d s: [\d,]+/],
  ['fail', 'came back in the end', failingBetween(good, 76_000, 77_000, 1), { kind: 'no-relapse', step: 7 }, /at 15:4/],
  ['pass', 'came back before the step', again, { kind: 'no-relapse', step: 7 }, /no outage came back/],
  ['inconclusive', 'not over', never, { kind: 'no-relapse' }, /not restored/],
  ['inconclusive', 'no samples', noLoad, { kind: 'no-relapse' }, /no request/],

  [
    'pass',
    'restored',
    good,
    isBack,
    /good from the begin of the step and held for 5\.0 s, then 0 of 100 requests failed/,
  ],
  ['pass', 'restored in the step', outageJournal({ servedAgainMs: 79_000 }), isBack, /good after 4\.0 s/],
  ['pass', 'never out', quiet, isBack, /it had never been out/],
  ['fail', 'too late', outageJournal({ servedAgainMs: 79_000 }), { ...isBack, withinMs: 2_000 }, /did not hold/],
  ['fail', 'never', never, isBack, /did not hold for 5\.0 s within 10\.0 s/],
  ['inconclusive', 'the load ended first', good, { ...isBack, holdMs: 20_000 }, /ended before service could hold/],
  ['inconclusive', 'killed in it', killedAt(good, storyT + 77_000), isBack, /ended before service could hold/],
  ['inconclusive', 'no samples', noLoad, isBack, /no request/],
  ['inconclusive', 'killed before it', killedAt(good, storyT + 70_000), isBack, /ended before step 7/],

  ['pass', 'in force', good, outcome, /in-force, new workers/],
  ['pass', 'rejected', stopped, { ...outcome, outcome: 'rejected' }, /rejected/],
  ['fail', 'got through', good, { ...outcome, outcome: 'rejected' }, /expected rejected/],
  ['inconclusive', 'never injected', withoutKind(good, 'fault-injected'), outcome, /no fault was injected/],

  ['pass', 'acted', stopped, acted, /does not answer \(took 140 ms\)/],
  ['pass', 'acted in that step', stopped, { ...acted, step: 0 }, /does not answer/],
  ['fail', 'acted in another step', stopped, { ...acted, step: 1 }, /did nothing/],
  ['inconclusive', 'no such step', stopped, { ...acted, step: 19 }, /no step 19/],
  ['fail', 'did something else', stopped, { ...acted, action: 'passed' }, /rejected \(config-validation/],
  ['fail', 'did nothing', withoutKind(stopped, 'measure-acted'), acted, /did nothing/],
  ['inconclusive', 'not switched on', good, acted, /not switched on/],
  ['inconclusive', 'nothing to act on', withoutKind(stopped, 'fault-injected'), acted, /nothing to do/],
]

/** A second remedy begins so many ms after the story's start. */
function then(startedMs: number): RunRecord {
  const second = {
    remedy: 'restart',
    remedyKind: 'restart',
    ok: true,
    changed: true,
    because: 'restarted',
    evidence: {},
  }
  return plus(good, storyT + startedMs + 400, { kind: 'remedy-applied', ...second, startedT: storyT + startedMs })
}
