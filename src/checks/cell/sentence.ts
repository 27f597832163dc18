import { showMs } from '../../kit/duration.ts'
import { counted, percent } from '../../kit/figures.ts'
import type { PlannedCell } from '../../kit/matrix/cell.ts'
import { ownOf } from '../../kit/own.ts'
import type { CellFigures } from './cell-figures.ts'
import { isSlower } from './felt.ts'

/** One of something, and several. */
const did: Readonly<Record<string, string>> = {
  gone: 'was gone',
  refused: 'refused connections',
  silent: 'did not answer',
  slow: 'answered late',
  wrong: 'answered wrongly',
  cut: 'broke off its answers',
  starved: 'had no room',
  misconfigured: 'was configured wrongly',
}

/** What happened to its users, in one sentence, from the figures alone. */
export function sentenceFor(planned: PlannedCell, figures: CellFigures): string {
  const what = ownOf(did, planned.outcome) ?? 'was broken'
  const isSeveral = planned.kind === 'group' && planned.outcome !== 'misconfigured'
  const was = isSeveral ? what.replace(/^was /, 'were ').replace(' its ', ' their ') : what
  return `${whoOf(planned)} ${was}, and ${metOf(figures)}${endWords(figures)}.`
}

function whoOf({ kind, target, group, wellBeside, services, outcome, mode }: PlannedCell): string {
  if (kind === 'lookup') return `The look-up of a name (${target})`
  if (kind === 'proxy' && outcome === 'misconfigured') return `The proxy (${target}; ${mode})`
  if (mode === 'one-wrong') return `One of ${wellBeside + 1} servers of ${group} (${target})`
  if (outcome === 'misconfigured' && group !== null) return `The way from the proxy to ${group}`
  if (kind === 'proxy') return `The proxy (${target})`
  if (kind === 'dependency') return `The dependency ${target}`
  if (kind === 'group') return `${services.length === 2 ? 'Both' : `All ${services.length}`} servers of ${group}`
  return wellBeside === 0
    ? `The only server of ${group} (${target})`
    : `One of ${wellBeside + 1} servers of ${group} (${target})`
}

function metOf(figures: CellFigures): string {
  const { failed, failedShare, byClass, hiddenRetries, writes, p95BeforeMs, p95DuringMs } = figures
  const [worst] = Object.keys(byClass)
  const slow = isSlower(figures)
    ? `the slowest 5 % waited ${showMs(p95DuringMs ?? 0)} (${showMs(p95BeforeMs ?? 0)} before)`
    : ''
  const repeated = hiddenRetries ? `${counted(hiddenRetries, 'request')} had to be sent to a second server` : ''
  if (failed === 0) {
    const cost = [slow, repeated].filter(Boolean).join(', and ')
    return cost === '' ? 'no user noticed' : `no request failed, but ${cost}`
  }
  const lost = writes && writes.lost > 0 ? `, ${writes.lost} of ${counted(writes.sent, 'write')} among them` : ''
  const most = worst === undefined ? '' : ` (most of them ${classWord(worst)})`
  const beside = slow === '' ? '' : `; ${slow}`
  return `${percent(failedShare)} of requests failed${most}${lost}${beside}`
}

/** `http_502` → `502`. */
export const classWord = (name: string): string => name.replace(/^http_/, '').replaceAll('_', ' ')

function endWords({ endedBy, failedAfterEndMs }: CellFigures): string {
  if (endedBy === null) return ''
  if (endedBy === 'not at all') return '; it did not end when the cause was gone'
  if (endedBy === 'restart policy') return '; the engine started it again'
  if (endedBy === 'itself') return '; users were served again while the cause was still there'
  return failedAfterEndMs !== null && failedAfterEndMs >= noticedMs
    ? `; users failed for ${showMs(failedAfterEndMs)} more when the cause was gone`
    : ''
}

/** What is under way when the cause goes fails a little later. */
const noticedMs = 1_000
