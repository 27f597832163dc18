import type { Clock } from '../kit/clock.ts'
import { BadgatewayError } from '../kit/errors.ts'
import type { Undo } from '../kit/undo.ts'
import { type Fact, factsOf, type NewFact } from './facts.ts'
import { completeFact, lineOf } from './lines.ts'
import { readJournal } from './reader.ts'
import { openAppender } from './writer.ts'

/** The journal of a run whose harness died, opened by whoever cleans up after it. */
export interface LateJournal {
  /** Null when the harness died before its first fact. */
  readonly runId: string | null
  /** Promised and not kept, oldest first. */
  readonly promised: readonly { id: string; undo: Undo; why: string }[]
  /** Did the run end in order? */
  readonly ended: boolean
  /** How long the run and the story in it took until now, in ms. */
  spans(): { wallMs: number; storyMs: number; overheadMs: number }
  /** Resolves when the fact is on the disk. */
  writeDurably(fact: NewFact): Promise<Fact>
  close(): Promise<void>
}

/**
 * Goes on where the dead harness stopped: a torn last line is left as it is and the next fact begins on a line of its
 * own. The monotonic clock died with its process, so `t` goes on by wall time, and never back. JOURNAL_INVALID when it
 * is no journal of ours, JOURNAL_UNWRITABLE when it cannot be continued.
 */
export async function appendAfterDeath(file: string, clock: Clock): Promise<LateJournal> {
  const { facts, openEnded } = await readJournal(file)
  const [first] = facts
  if (first && first.kind !== 'run-started') {
    throw new BadgatewayError('JOURNAL_INVALID', `${file}:1: a journal begins with run-started`, 'Is it one of ours?')
  }
  const appender = openAppender(file, 'existing')
  if (openEnded) appender.append('\n')
  const last = facts.at(-1)
  const begin = { t: last?.t ?? 0, wall: last ? Date.parse(last.at) : clock.wall() }
  const now = () => begin.t + Math.max(0, clock.wall() - begin.wall)
  let n = facts.length
  return {
    runId: first?.runId ?? null,
    promised: outstanding(facts),
    ended: factsOf(facts, 'run-ended').length > 0,
    spans: () => spansOf(facts, now()),
    writeDurably: async (fact) => {
      appender.refuseIfBroken()
      const complete = completeFact(fact, { n: n + 1, t: now(), wall: clock.wall() })
      n += 1
      appender.append(lineOf(complete))
      await appender.flushed()
      return complete
    },
    close: appender.close,
  }
}

function outstanding(facts: readonly Fact[]): { id: string; undo: Undo; why: string }[] {
  const kept = new Set(factsOf(facts, 'undo-done').flatMap(({ ok, id }) => (ok ? [id] : [])))
  return factsOf(facts, 'undo-promised')
    .filter(({ id }) => !kept.has(id))
    .map(({ id, undo, why }) => ({ id, undo, why }))
}

function spansOf(facts: readonly Fact[], now: number): { wallMs: number; storyMs: number; overheadMs: number } {
  const wallMs = now - (facts[0]?.t ?? now)
  const phases = factsOf(facts, 'phase-entered')
  const begun = phases.find(({ phase }) => phase === 'story')
  const over = begun && phases.find(({ n }) => n > begun.n)
  const storyMs = begun ? (over?.t ?? now) - begun.t : 0
  return { wallMs, storyMs, overheadMs: wallMs - storyMs }
}
