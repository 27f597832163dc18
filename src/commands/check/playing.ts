import { join, resolve } from 'node:path'
import { type CheckEnd, type CheckOptions, check, checkFolder } from '../../check/index.ts'
import type { Made } from '../../drift/index.ts'
import type { Engine } from '../../engine/index.ts'
import { dockerFolder, versionOf } from '../../kit/home.ts'
import { inert } from '../../kit/inert.ts'
import { usualHoldMs } from '../../modes/index.ts'
import { fanOut, matrixLive } from '../../reporters/index.ts'
import type { CommandIo } from '../io.ts'
import { type askedOf, type CheckFlags, repeated } from './flags.ts'
import type { pendingOf } from './pending.ts'

export interface Playing {
  readonly asked: ReturnType<typeof askedOf>
  readonly folder: string
  readonly flags: CheckFlags
  readonly io: CommandIo
  readonly signal: AbortSignal
  readonly pending: ReturnType<typeof pendingOf>
}

/** What is said while it is played, unless the answer alone is wanted. */
export const sayOf =
  ({ flags: { quiet = false, json = false }, io }: Pick<Playing, 'flags' | 'io'>) =>
  (text: string) =>
    quiet || json ? undefined : io.err(`${inert(text)}\n`)

/** What every check is played with, whoever has started its stack. */
export function commonOf(
  playing: Playing,
  { engine, images }: { engine: Engine; images: { readonly agent: string; readonly monitoring?: string } },
) {
  const { asked, folder, flags, io, signal, pending } = playing
  const { quiet = false, json = false } = flags
  const reporterFor: CheckOptions['reporterFor'] = ({ runs }) =>
    fanOut([matrixLive({ io, quiet, json, cells: runs.length }), pending.reporter], (reporter, thrown) => {
      io.err(`${inert(reporter)} failed: ${inert(String(thrown))}\n`)
    })
  return {
    ...asked,
    engine,
    stack: { docker: engine.docker, images, dockerFolder: dockerFolder() },
    signal,
    folder: checkFolder(resolve(io.cwd, flags.out), new Date()),
    isDry: flags.dryRun ?? false,
    version: versionOf(),
    command: repeated(folder, flags),
    say: sayOf(playing),
    reporterFor,
  }
}

/** What the figures of this check depend on. */
export function madeOf(
  { asked }: Pick<Playing, 'asked'>,
  { traffic, timeoutsAtMostMs }: { traffic: CheckOptions['traffic']; timeoutsAtMostMs: number | undefined },
): Made {
  const { users, ratePerS } = traffic
  return { users, ratePerS, holdMs: asked.wanted.holdMs ?? usualHoldMs, timeoutsAtMostMs: timeoutsAtMostMs ?? null }
}

/** Plays some of its cells twice more, and prints nothing of it. */
export const againOf =
  (options: CheckOptions, { folder }: CheckEnd) =>
  (only: readonly string[]): Promise<CheckEnd> => {
    options.say(`Played twice more, for they seem worse: ${inert(only.join(', '))}`)
    const reporterFor = () => ({ name: 'again', onPlan: nothing, onFact: nothing, onEnd: nothing })
    const { holdMs } = options.wanted
    const wanted = { only: [...only], ...(holdMs === undefined ? {} : { holdMs }) }
    return check({ ...options, shard: undefined, wanted, times: 2, folder: join(folder, 'again'), reporterFor })
  }

const nothing = () => undefined
