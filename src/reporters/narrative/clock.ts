import { incidentClockOf, type RunRecord } from '../../journal/index.ts'
import { counted, seconds } from '../../kit/figures.ts'

/** Where it stood, in a sentence; undefined when it went all the time. */
export function standingSentence(record: RunRecord): string | undefined {
  const clock = incidentClockOf(record.facts, record.plan)
  const [longest, ...others] = clock.standing.toSorted((a, b) => b.toT - b.fromT - (a.toT - a.fromT))
  if (!longest) return undefined
  const lasted = ({ fromT, toT }: { fromT: number; toT: number }) => seconds((toT - fromT) / 1_000)
  const sum = [longest, ...others].reduce((ms, { fromT, toT }) => ms + toT - fromT, 0)
  const times = counted(others.length + 1, 'time')
  const why = longest.because === '' ? '' : `: ${longest.because}`
  const most = `${others.length === 0 ? '' : 'longest '}${lasted(longest)} at ${clock.clockAt(longest.fromT)}${why}`
  const stood = `The incident's clock stood still ${times}, ${seconds(sum / 1_000)} in all`
  return `${stood}, where the harness took longer than the story gives it (${most}).`
}
