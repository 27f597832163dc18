import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type Dockerode from 'dockerode'
import { CallBook, labelKeys, manualCommands, type OnRecord, type Thing } from '../engine/index.ts'
import type { Clock } from '../kit/clock.ts'
import { reasonOf } from '../kit/errors.ts'
import { type GuardAnswer, guardRequest, readLine } from './guard-lines.ts'
import { type LateRecord, type Rescued, recordRescue, rescue } from './rescue.ts'
import type { Promised } from './undo-stack.ts'

export interface Duty {
  runId: string
  /** Owner label of the harness: what another owner made is not touched. */
  owner: string
  /** What the harness says; its end without `clean` is the harness's death. */
  input: Readable
  output: Writable
  connect: () => Promise<Dockerode>
  openRecord: () => Promise<LateRecord>
  /** What the run has on record as made: nothing else is removed, whatever it wears. */
  onRecord: () => OnRecord
  /** Leaves the commands for people when the engine never came back. */
  leaveNote: (lines: string[]) => Promise<void>
  log: (line: string) => void
  clock: Clock
  /** Milliseconds to go on trying while the engine does not answer, or does not let go of something. */
  patienceMs: number
  /** A harness that says nothing for so long is treated as dead, in ms: stopped, or hanging. */
  leaseMs: number
  /** Does its process live all the same? Then the journal stays its own, for it may come back. */
  harnessLives: () => boolean
  /** Milliseconds that a call of the harness may take: what it makes late is waited for so long. */
  callMs: number
}

/**
 * `clean`: sent home. `rescued`: the harness died and nothing of its run is left. `silent`: nothing is, but its process
 * is there and may come back to its journal. `left-over`: something is left.
 */
export type DutyEnd = 'clean' | 'rescued' | 'silent' | 'left-over'

/** The whole life of a guard: holds undos until it is sent home, or keeps them when the harness is gone. */
export async function standGuard(duty: Duty): Promise<DutyEnd> {
  const held = new Map<string, Promised>()
  const calls = new CallBook()
  const lease = leaseOf(duty)
  const answer = (line: GuardAnswer) => void duty.output.write(`${JSON.stringify(line)}\n`)
  answer({ seq: 0, ok: true, because: 'ready' })
  const obey = (line: string): boolean => {
    lease.renew()
    const request = readLine(guardRequest, line)
    if (!request) {
      duty.log(`not understood: ${line.slice(0, 200)}`)
      answer({ seq: seqOf(line), ok: false, because: 'not understood' })
      return false
    }
    if (request.say === 'call') calls.take(request)
    if (request.say === 'beat' || request.say === 'call') return false
    if (request.say === 'register') held.set(request.entry.id, request.entry)
    if (request.say === 'done') held.delete(request.id)
    answer({ seq: request.seq, ok: true, because: request.say })
    return request.say === 'clean'
  }
  const lines = createInterface({ input: duty.input })
  let isSilent = false
  void lease.expired.then(() => {
    isSilent = true
    duty.log(`the harness has said nothing for ${duty.leaseMs / 1_000} s: it is treated as dead`)
    // It must find out when it comes back: no promise of its is taken any more.
    duty.output.end()
    lines.close()
  })
  try {
    for await (const line of lines) if (obey(line)) return 'clean'
  } catch (thrown) {
    duty.log(`the pipe broke: ${reasonOf(thrown)}`)
  } finally {
    lease.end()
  }
  duty.log(`the harness is gone; ${held.size} undos to keep`)
  return await takeOver(duty, [...held.values()], { calls, isSilent })
}

/**
 * Counts seconds in which nothing was heard, and not the time that passed: a guard that stood still itself, because
 * the whole machine did, has not listened.
 */
function leaseOf({ leaseMs, clock }: Duty) {
  const { promise: expired, resolve: expire } = Promise.withResolvers<void>()
  const over = new AbortController()
  const tickMs = Math.min(1_000, leaseMs / 10)
  let silent = 0
  const watch = async () => {
    while (silent * tickMs < leaseMs) {
      await clock.sleep(tickMs, over.signal)
      silent += 1
    }
    expire()
  }
  if (Number.isFinite(leaseMs)) watch().catch(() => undefined)
  const renew = () => {
    silent = 0
  }
  return { expired, renew, end: () => over.abort() }
}

function seqOf(line: string): number {
  return Number(/"seq":(\d{1,9})/.exec(line)?.[1] ?? -1)
}

/** A harness that closed the pipe has died or has given up: only one that is silent may come back to its journal. */
async function takeOver(
  duty: Duty,
  promised: readonly Promised[],
  { calls, isSilent }: { calls: CallBook; isSilent: boolean },
): Promise<DutyEnd> {
  const { log, runId } = duty
  const rescued = await untilClean(duty, promised, calls)
  const { left } = rescued
  if (isSilent && duty.harnessLives()) {
    log('its process is still there: it ends its journal itself when it comes back, or the next sweep does')
    return left.length === 0 ? 'silent' : 'left-over'
  }
  try {
    const record = await duty.openRecord()
    await recordRescue(record, rescued, 'guard').finally(() => record.close())
  } catch (thrown) {
    log(`the journal was not continued: ${reasonOf(thrown)}`)
  }
  if (left.length === 0) {
    log('nothing of this run is left')
    return 'rescued'
  }
  const note = [
    'These are left of a run that was killed:',
    ...left,
    '',
    'To remove them:',
    ...manualCommands(runId),
    '',
  ]
  await duty.leaveNote(note).catch((thrown: unknown) => log(`the note was not left: ${reasonOf(thrown)}`))
  return 'left-over'
}

/** Tries again, ever more slowly, while the engine is away: it may be restarting. */
async function untilClean(duty: Duty, promised: readonly Promised[], calls: CallBook): Promise<Rescued> {
  const { clock, log, runId, owner } = duty
  const end = clock.now() + duty.patienceMs
  // What the harness had asked for when it died may be made later than it is looked for.
  const lookOn = { untilMs: clock.now() + duty.callMs, isOver: calls.isComplete.bind(calls) }
  let open = promised
  const undone: Rescued['undone'] = []
  for (let pauseMs = 100; ; pauseMs = Math.min(2 * pauseMs, 2_000)) {
    let last: Rescued
    try {
      const docker = await duty.connect()
      const onRecord = duty.onRecord()
      // Whoever puts our label on a thing of theirs has not made it ours; a volume made anew has no owner.
      const isOwned = ({ kind, labels }: Thing) => {
        return labels[labelKeys.owner] === owner || (kind === 'volume' && labels[labelKeys.owner] === undefined)
      }
      const isOurs = (thing: Thing) => isOwned(thing) && onRecord.has(thing)
      const { agreed } = onRecord
      const asked = { promised: open, isPromised: true, isOurs, agreed }
      last = await rescue({ docker, runId, ...asked, log, clock, lookOn })
    } catch (thrown) {
      log(`the engine: ${reasonOf(thrown)}`)
      last = { undone: [], removed: [], foreign: [], left: [`the engine could not be asked: ${reasonOf(thrown)}`] }
    }
    const kept = last.undone.filter(({ ok }) => ok)
    undone.push(...kept)
    open = open.filter(({ id }) => !kept.some((one) => one.id === id))
    if (last.left.length === 0 || clock.now() + pauseMs > end) {
      return { ...last, undone: [...undone, ...last.undone.filter(({ ok }) => !ok)] }
    }
    await clock.sleep(pauseMs)
  }
}
