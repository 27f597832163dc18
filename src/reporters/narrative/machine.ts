import { machineRoom, type Overhead, overheadOf } from '../../checks/index.ts'
import type { Fact } from '../../journal/index.ts'
import { percent, seconds } from '../../kit/figures.ts'
import type { ReportedVariant } from '../reporter.ts'
import type { Span } from './spans.ts'

const inSeconds = (ms: number) => seconds(ms / 1_000)

/** Did the machine have room? With figures; undefined where nobody watched it. */
export function roomSentence({ record }: ReportedVariant): string | undefined {
  const { samples, starved } = machineRoom(record.facts)
  const watchedMs = samples.reduce((sum, { spanMs }) => sum + spanMs, 0)
  if (samples.length === 0) return undefined
  const [worst] = starved.toSorted((a, b) => b.lostMs - a.lostMs)
  if (!worst) {
    const most = Math.max(...samples.map(({ cpuPressure, cpuBusy }) => cpuPressure ?? cpuBusy))
    const what = samples.some(({ cpuPressure }) => cpuPressure !== null) ? 'tasks waited for a core' : 'cores were busy'
    const figures = `${what} ${percent(most)} of a second at most`
    return `The machine had room all ${inSeconds(watchedMs)} that it was watched: ${figures}.`
  }
  const starvedMs = starved.reduce((sum, { fromT, toT }) => sum + toT - fromT, 0)
  const figures = `${inSeconds(starvedMs)} of ${inSeconds(watchedMs)}`
  return `The machine had no room for ${figures}: at its worst ${worst.because}.`
}

/** When the machine had no room: seconds that follow each other as one. */
export function starvedSpans(facts: readonly Fact[]): Span[] {
  const spans: { fromT: number; toT: number }[] = []
  for (const { fromT, toT } of machineRoom(facts).starved) {
    const last = spans.at(-1)
    if (last && fromT - last.toT < joinMs) last.toT = toT
    else spans.push({ fromT, toT })
  }
  return spans
}

/** Samples follow each other within this, ms. */
const joinMs = 100

/** What the run took besides the story, by part; undefined when it did not end by itself. */
export function overheadSentence({ record }: ReportedVariant): string | undefined {
  const overhead = overheadOf(record)
  if (!overhead) return undefined
  const parts = partsOf(overhead).map(([name, ms]) => `${name} ${inSeconds(ms)}`)
  return `Overhead ${inSeconds(overhead.totalMs)}: ${parts.join(', ')}.`
}

function partsOf({ openMs, raiseMs, steadyMs, undoMs, lowerMs }: Overhead): [string, number][] {
  return [
    ['open', openMs],
    ['start', raiseMs],
    ['wait until steady', steadyMs],
    ['undo', undoMs],
    ['tear down', lowerMs],
  ]
}
