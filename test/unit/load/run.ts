import { setTimeout as sleep } from 'node:timers/promises'
import { total } from '../../../src/kit/ledger.ts'
import { Books } from '../../../src/load/books/books.ts'
import { sampleOf, summaryOf } from '../../../src/load/books/merge.ts'
import type { Setup } from '../../../src/load/books/wire.ts'
import { sharedBooks } from '../../../src/load/engine.ts'
import {
  type LoadChange,
  type LoadSample,
  type LoadSummary,
  poolOf,
  pressureSpec,
  type TargetSpec,
  usersSpec,
} from '../../../src/load/index.ts'
import { Pressure } from '../../../src/load/pressure/pressure.ts'
import { Users } from '../../../src/load/users/users.ts'

export interface Measured {
  summary: LoadSummary
  samples: LoadSample[]
}

type Change = Parameters<Users['change']>[0] & { atMs: number }

/**
 * Runs the users' engine in this thread for a while; the spec is given as a scenario would write it. With the `changes`
 * comes what each of them said.
 */
export async function runUsers(
  target: string | readonly TargetSpec[],
  forMs: number,
  spec: object = {},
  drainMs = 2_000,
  changes: readonly Change[] = [],
): Promise<Measured & { changed: LoadChange[] }> {
  const parsed = usersSpec.parse({ ratePerS: 200, mix: [{ path: '/' }], ...spec })
  const { setup, books, samples } = prepare('users', parsed, poolOf(parsed), target, forMs)
  const users = new Users(setup, books)
  const changed: LoadChange[] = []
  users.start()
  const started = performance.now()
  for (const { atMs, ...to } of changes) {
    await sleep(started + atMs - performance.now())
    changed.push(users.change(to))
  }
  await sleep(started + forMs - performance.now())
  return { summary: summaryOf('users', parsed.users, setup.shared, [await users.stop(drainMs)]), samples, changed }
}

/** The same for pressure, over four connections; it goes on until there is `enough`. */
export async function runPressure(
  target: string | readonly TargetSpec[],
  forMs: number,
  spec: object = {},
  drainMs = 2_000,
  enough?: () => boolean,
): Promise<Measured> {
  const parsed = pressureSpec.parse({ connections: 4, mix: [{ path: '/' }], ...spec })
  const { setup, books, samples } = prepare('pressure', parsed, 0, target, enough ? undefined : forMs)
  const pressure = new Pressure(setup, books)
  await pressure.start()
  do await sleep(forMs)
  while (enough && !enough())
  return { summary: summaryOf('pressure', 0, setup.shared, [await pressure.stop(drainMs)]), samples }
}

function prepare<Spec>(
  source: LoadSample['source'],
  spec: Spec,
  users: number,
  target: string | readonly TargetSpec[],
  forMs: number | undefined,
) {
  const shared = sharedBooks()
  const setup: Setup<Spec> = {
    thread: 0,
    threads: 1,
    spec,
    targets: typeof target === 'string' ? [{ target }] : target,
    env: {},
    idPrefix: 't',
    forMs,
    shared,
  }
  const samples: LoadSample[] = []
  return { setup, books: new Books(source, users, shared, (part) => samples.push(sampleOf([part]))), samples }
}

/** Everything that must hold for any load whatever the server did; returns what does not. */
export function imbalances({ summary, samples }: Measured): string[] {
  const found: string[] = []
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
