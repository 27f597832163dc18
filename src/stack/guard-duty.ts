import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type Dockerode from 'dockerode'
import type { Clock } from '../kit/clock.ts'
import { reasonOf } from '../kit/errors.ts'
import { type GuardAnswer, guardRequest, readLine } from './guard-lines.ts'
import { labelKeys, manualCommands } from './labels.ts'
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
  /** Leaves the commands for people when the engine never came back. */
  leaveNote: (lines: string[]) => Promise<void>
  log: (line: string) => void
  clock: Clock
  /** Milliseconds to go on trying while the engine does not answer, or does not let go of something. */
  patienceMs: number
}

/** `clean`: sent home. `rescued`: the harness died and nothing of its run is left. `left-over`: something is. */
export type DutyEnd = 'clean' | 'rescued' | 'left-over'

/** The whole life of a guard: holds undos until it is sent home, or keeps them when the harness is gone. */
export async function standGuard(duty: Duty): Promise<DutyEnd> {
  const held = new Map<string, Promised>()
  const answer = (line: GuardAnswer) => void duty.output.write(`${JSON.stringify(line)}\n`)
  answer({ seq: 0, ok: true, because: 'ready' })
  const obey = (line: string): boolean => {
    const request = readLine(guardRequest, line)
    if (!request) {
      duty.log(`not understood: ${line.slice(0, 200)}`)
      answer({ seq: seqOf(line), ok: false, because: 'not understood' })
      return false
    }
    if (request.say === 'promise') held.set(request.entry.id, request.entry)
    if (request.say === 'done') held.delete(request.id)
    answer({ seq: request.seq, ok: true, because: request.say })
    return request.say === 'clean'
  }
  try {
    for await (const line of createInterface({ input: duty.input })) if (obey(line)) return 'clean'
  } catch (thrown) {
    duty.log(`the pipe broke: ${reasonOf(thrown)}`)
  }
  duty.log(`the harness is gone; ${held.size} undos to keep`)
  return await takeOver(duty, [...held.values()])
}

function seqOf(line: string): number {
  return Number(/"seq":(\d{1,9})/.exec(line)?.[1] ?? -1)
}

async function takeOver(duty: Duty, promised: readonly Promised[]): Promise<DutyEnd> {
  const { log, runId } = duty
  const rescued = await untilClean(duty, promised)
  const { left } = rescued
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
async function untilClean(duty: Duty, promised: readonly Promised[]): Promise<Rescued> {
  const { clock, log, runId, owner } = duty
  const end = clock.now() + duty.patienceMs
  let open = promised
  const undone: Rescued['undone'] = []
  for (let pauseMs = 100; ; pauseMs = Math.min(2 * pauseMs, 2_000)) {
    let last: Rescued
    try {
      const docker = await duty.connect()
      const mayTouch = ({ labels }: { labels: Readonly<Record<string, string>> }) => {
        return (labels[labelKeys.owner] ?? owner) === owner
      }
      last = await rescue({ docker, runId, promised: open, mayTouch, log, clock })
    } catch (thrown) {
      log(`the engine: ${reasonOf(thrown)}`)
      last = { undone: [], removed: [], left: [`the engine could not be asked: ${reasonOf(thrown)}`] }
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
