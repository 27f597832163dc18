import type { FactOf, NewFact } from '../journal/facts.ts'
import type { LoadSample, LoadSpec, LoadSummary, RunningLoad } from '../load/index.ts'
import { startPressure, startUsers } from '../load/index.ts'

interface Wiring {
  spec: LoadSpec
  target: string
  runId: string
  write: (fact: NewFact) => void
  /** Journal time of an epoch instant. */
  toT: (epochMs: number) => number
  onBroken: (error: Error) => void
}

/** Users and pressure, on until stopped, told as facts. */
export interface Traffic {
  /** Newest second of the users; undefined before the first. */
  newest(): LoadSample | undefined
  stop(drainMs: number): Promise<{ prefix: string; summary: LoadSummary }[]>
}

export async function startTraffic(wiring: Wiring): Promise<Traffic> {
  const { spec, target, runId, write, toT, onBroken } = wiring
  let newest: LoadSample | undefined
  const onSample = (sample: LoadSample) => {
    if (sample.source === 'users') newest = sample
    write(sampleFact(sample, toT))
  }
  const started: { prefix: string; load: RunningLoad }[] = []
  const prefixes = { users: `${runId}-u`, pressure: `${runId}-p` }
  const options = { target, onSample, onBroken }
  const stopAll = (drainMs: number) => Promise.all(started.map(({ load }) => load.stop(drainMs)))
  try {
    const users = await startUsers(spec.users, { ...options, idPrefix: prefixes.users })
    started.push({ prefix: prefixes.users, load: users })
    if (spec.pressure) {
      const load = await startPressure(spec.pressure, { ...options, idPrefix: prefixes.pressure })
      started.push({ prefix: prefixes.pressure, load })
    }
  } catch (thrown) {
    await stopAll(0)
    throw thrown
  }
  return {
    newest: () => newest,
    stop: async (drainMs) => {
      const summaries = await stopAll(drainMs)
      const ended = summaries.map((summary, index) => ({ prefix: started[index]?.prefix ?? '', summary }))
      for (const { summary } of ended) write(closedFact(summary))
      return ended
    },
  }
}

function sampleFact(sample: LoadSample, toT: (ms: number) => number): NewFact {
  const t = (ms: number | null) => (ms === null ? null : toT(ms))
  const { fromMs, firstFailedMs, lastFailedMs, firstServedMs, lastServedMs, ...rest } = sample
  const fact: Omit<FactOf<'load-sample'>, 'n' | 't' | 'at'> = {
    kind: 'load-sample',
    ...rest,
    fromT: toT(fromMs),
    firstFailedT: t(firstFailedMs),
    lastFailedT: t(lastFailedMs),
    firstServedT: t(firstServedMs),
    lastServedT: t(lastServedMs),
  }
  return fact
}

function closedFact(summary: LoadSummary): NewFact {
  const { source, planned, ledger, latencyMs, scheduleLagMs, achievedRate, users } = summary
  return { kind: 'ledger-closed', source, planned, ledger, latencyMs, scheduleLagMs, achievedRate, users }
}
