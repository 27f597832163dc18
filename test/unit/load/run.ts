import { setTimeout as sleep } from 'node:timers/promises'
import { total } from '../../../src/kit/ledger.ts'
import { type LoadSample, type LoadSummary, startUsers, usersSpec } from '../../../src/load/index.ts'

export interface Measured {
  summary: LoadSummary
  samples: LoadSample[]
  broken: Error[]
}

/** Runs users against a target for a while; the spec is given as a scenario would write it. */
export async function runUsers(
  target: string,
  forMs: number,
  spec: Partial<Parameters<typeof usersSpec.parse>[0] & object> = {},
  drainMs = 2_000,
): Promise<Measured> {
  const samples: LoadSample[] = []
  const broken: Error[] = []
  const load = await startUsers(usersSpec.parse({ ratePerS: 200, mix: [{ path: '/' }], ...spec }), {
    target,
    idPrefix: 't',
    forMs,
    onSample: (sample) => samples.push(sample),
    onBroken: (error) => broken.push(error),
  })
  await sleep(forMs)
  return { summary: await load.stop(drainMs), samples, broken }
}

/** Everything that must hold for any load whatever the server did; returns what does not. */
export function imbalances({ summary, samples, broken }: Measured): string[] {
  const found: string[] = broken.map((error) => `broken: ${error.message}`)
  if (total(summary.ledger) !== summary.planned) found.push('the classes do not add up to what was planned')
  const inSamples = samples.reduce((sum, sample) => sum + sample.planned, 0)
  if (inSamples !== summary.planned) found.push(`samples tell ${inSamples} planned, the summary ${summary.planned}`)
  for (const sample of samples) {
    if (total(sample.ledger) !== sample.planned) found.push(`second at ${sample.fromMs} does not add up`)
  }
  const byNumber = new Map<string, number>()
  for (let k = 0; k < summary.planned; k += 1) {
    const name = summary.classOf(k) ?? 'open'
    byNumber.set(name, (byNumber.get(name) ?? 0) + 1)
  }
  const told = JSON.stringify(Object.entries(summary.ledger).sort())
  if (JSON.stringify([...byNumber].sort()) !== told) found.push('classOf and the ledger disagree')
  if (summary.classOf(summary.planned) !== undefined) found.push('a request that never was has a class')
  return found
}
