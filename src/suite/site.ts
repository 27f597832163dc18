import { join } from 'node:path'
import { factsOf } from '../journal/index.ts'
import { BadgatewayError, exitCodes } from '../kit/errors.ts'
import type { ReportedVariant } from '../reporters/index.ts'
import type { Ground } from './ground.ts'
import { Met } from './met.ts'
import { holdOf } from './options.ts'

/** Which modes apply to which targets: `{ refuse: 'api-1' | 'api-2' }`. */
export type CellsLike = Readonly<Record<string, string>>

export interface DuringOptions<T extends string = string> {
  /** What is broken: a server, a group, a dependency, the proxy. */
  target: T
  /** How long it is held: `'15s'`; default: that of the suite. */
  hold?: string | number
  /** Ends it; what is broken is put back all the same. */
  signal?: AbortSignal
}

/** The stack of a test file. */
export interface Site<C extends object = CellsLike> {
  /** Starts the stack, once. `during` does it where nobody has. */
  start(): Promise<void>
  /**
   * Breaks this target in this way while users ask, puts it back, and tells what they met. The stack is proven to be as
   * before first; where it is not, another one is raised. One follows the other. Rejects with USAGE where it cannot be
   * broken so, and with the error of whatever kept it from being played.
   */
  during<M extends keyof C & string>(mode: M, options: DuringOptions<C[M] & string>): Promise<Met>
  /** Ends what is played, and removes the stack. NOT_CLEAN when it is not proven to be gone. */
  stop(): Promise<void>
  /** Where the report of all that was played lies: it is written after each. */
  readonly report: string
  [Symbol.asyncDispose](): Promise<void>
}

export interface SiteParts {
  readonly open: (signal: AbortSignal) => Promise<Ground>
  /** Where all is kept: made when the first is played. */
  readonly folder: string
}

/** A stack that is raised when it is first wanted. */
export function siteOf<C extends object>({ open, folder }: SiteParts): Site<C> {
  const over = new AbortController()
  const before: ReportedVariant[] = []
  let ground: Promise<Ground> | undefined
  let last: Promise<unknown> = Promise.resolve()
  const raised = () => {
    if (over.signal.aborted)
      throw new BadgatewayError('USAGE', 'The stack is stopped already', 'Stop it after the last test.')
    ground ??= open(over.signal)
    return ground
  }
  const played = async (mode: string, { target, hold, signal }: DuringOptions): Promise<Met> => {
    const cell = `${mode}/${target}`
    const holdMs = hold === undefined ? undefined : holdOf(hold, 'during: hold')
    const { play } = await raised()
    const both = AbortSignal.any([over.signal, ...(signal ? [signal] : [])])
    const end = await play({ cell, holdMs, folder, before: [...before], signal: both })
    const [variant] = end.run.variants
    if (!variant) throw end.untold ?? new BadgatewayError('INTERRUPTED', `${cell} was not played`, 'Play it again.')
    before.push(variant)
    refuseBroken(cell, end.exitCode, variant)
    return new Met(variant, folder)
  }
  const stop = async () => {
    over.abort(new BadgatewayError('INTERRUPTED', 'The stack is stopped', 'Await each `during` first.'))
    await last
    const open = await ground?.catch(() => undefined)
    ground = undefined
    await open?.close()
  }
  return {
    start: async () => void (await raised()),
    during: async (mode, options) => {
      const next = last.then(() => played(mode, options))
      last = next.catch(() => undefined)
      return await next
    },
    stop,
    report: join(folder, 'matrix.html'),
    [Symbol.asyncDispose]: stop,
  }
}

/** What left something, or what the harness itself broke off, is no answer to anything. */
function refuseBroken(cell: string, exitCode: number, { record: { facts } }: ReportedVariant): void {
  if (exitCode === exitCodes.unclean) {
    const message = `${cell}: what was broken is not proven to be as before`
    throw new BadgatewayError('NOT_CLEAN', message, 'badgateway clean removes what is left; the journal says more.')
  }
  if (exitCode !== exitCodes.environment) return
  const { message, hint, code } = factsOf(facts, 'problem')[0] ?? {
    ...{ message: 'it was broken off', hint: 'Its journal says more.', code: 'INTERRUPTED' },
  }
  throw new BadgatewayError('KIND_FAILED', `${cell}: ${message} [${code}]`, hint)
}
