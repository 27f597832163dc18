import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { interposerReportFile, interposerWish } from '../../../src/protocol/index.ts'
import { natDetour, type Run, runHere } from './detour.ts'
import { Interposer } from './interposer.ts'
import { realWait } from './line.ts'

/** What it has done is written down so much later at most. */
const writeWithinMs = 20
/** What is on its way when it is to end may take so long. */
const drainMs = 1_000

export interface ProgramParts {
  /** Aborts when it is to end. */
  ended: AbortSignal
  run?: Run
  reportFile?: string
}

/** Resolves when it has ended and nothing passes through it any more. */
export async function interpose(text: string, parts: ProgramParts): Promise<void> {
  const { ended, run = runHere, reportFile = interposerReportFile } = parts
  const wish = interposerWish.parse(JSON.parse(text))
  mkdirSync(dirname(reportFile), { recursive: true })
  let pending: NodeJS.Timeout | undefined
  const write = () => {
    clearTimeout(pending)
    pending = undefined
    // Whoever reads it never finds half of it.
    writeFileSync(`${reportFile}.new`, JSON.stringify(interposer.report()))
    renameSync(`${reportFile}.new`, reportFile)
  }
  const onChange = () => {
    pending ??= setTimeout(write, writeWithinMs)
  }
  const interposer = new Interposer({ wish, detour: natDetour(wish.server, run), wait: realWait, onChange })
  await interposer.begin()
  write()
  if (interposer.report().state !== 'in-force') return
  const told = new Promise<void>((resolve) => ended.addEventListener('abort', () => resolve(), { once: true }))
  if (!ended.aborted) await Promise.race([told, interposer.over])
  await interposer.end('it was told to')
  write()
  // After its own time it goes on for as long as somebody uses what passes through it.
  const late = ended.aborted ? sleep(drainMs) : told.then(() => sleep(drainMs))
  await Promise.race([interposer.isIdle(), late])
  write()
}
