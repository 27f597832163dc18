import { join, resolve } from 'node:path'
import {
  type Comparison,
  cellPool,
  compareSides,
  type GateAsked,
  type GateEnd,
  gate,
  type Readied,
  raisingOf,
  readStranger,
  type Side,
  type Stranger,
} from '../../check/index.ts'
import { openScope } from '../../cleanup/index.ts'
import { allEnded } from '../../kit/all-ended.ts'
import { type ExitCode, exitCodes } from '../../kit/errors.ts'
import { writePlain } from '../../kit/files.ts'
import { dockerFolder, versionOf } from '../../kit/home.ts'
import { inert, inertJson, inertLines } from '../../kit/inert.ts'
import { usualGate } from '../../project/index.ts'
import { fanOut } from '../../reporters/index.ts'
import { withCheckout } from '../check/checkout.ts'
import { fileOf } from '../check/flags.ts'
import { interrupted, type Pending, pendingOf } from '../check/pending.ts'
import { readied } from '../check/ready.ts'
import { withEither } from '../check/what-if.ts'
import type { CommandIo } from '../io.ts'
import { type GateFlags, gateAskedOf, repeatedGate } from './flags.ts'
import { gateMarkdown, gateText, stepLine } from './told.ts'

interface Gating {
  readonly folder: string
  readonly flags: GateFlags
  readonly io: CommandIo
  readonly signal: AbortSignal
  readonly pending: Pending
}

/** Exit code as that of a run: 1 where a threshold was broken in a deploy, or the newer side is slower. */
export async function gateAction(folder: string, flags: GateFlags, io: CommandIo): Promise<number> {
  const abort = new AbortController()
  const pending = pendingOf()
  const ended = io.onInterrupt((times) => interrupted(times, abort, io, pending.told))
  try {
    const gating = { folder, flags, io, signal: abort.signal, pending }
    const file = fileOf(folder, io)
    const reading = { file, env: io.env, signal: abort.signal }
    const stranger = await readStranger(reading)
    const asked = gateAskedOf(flags, stranger.project.gate ?? usualGate())
    const { against } = flags
    if (against === undefined) return await played(gating, asked, [stranger])
    if (!against.includes(':')) {
      return await withCheckout(file, against, async (older) => {
        return await played(gating, asked, [stranger, await readStranger({ ...reading, file: older })])
      })
    }
    const image = stranger.compose.services.find(({ name }) => name === stranger.project.proxy.service)?.image ?? ''
    return await withEither(
      { by: 'images', both: [against, image] },
      { ...reading, cwd: io.cwd },
      async ([older, now]) => {
        return await played(gating, asked, [now, older])
      },
    )
  } finally {
    ended()
  }
}

/** The stack that is to pass, and the older one that it may be compared with. */
async function played(
  gating: Gating,
  asked: GateAsked,
  [stranger, older]: readonly [Stranger, Stranger?],
): Promise<ExitCode> {
  const { flags, io, signal } = gating
  const say = (text: string) => (flags.quiet || flags.json ? undefined : io.err(`${inert(text)}\n`))
  const ready = await readied({ stranger, flags, io, signal, say })
  const folder = join(resolve(io.cwd, flags.out), 'gate', new Date().toISOString().replaceAll(':', '-'))
  const sideOf = (name: string, one: Stranger): Side => {
    const { own: _, data: __, expect: ___, ...rest } = one
    const timeoutsAtMostMs = one.project.timeouts?.atMost
    const raise = raisingOf(one, { ...ready, timeoutsAtMostMs, say })
    return { name, checked: { ...rest, raise }, pool: cellPool(() => openScope(ready.engine)) }
  }
  const now = sideOf('this folder', stranger)
  const sides = [...(older ? [sideOf(flags.against ?? 'old', older)] : []), now]
  try {
    const common = commonOf(gating, { asked, ready, say })
    const end = await gate({ ...common, ...now.checked, pool: now.pool, folder, onStep: (step) => say(stepLine(step)) })
    const [first, second] = sides
    const comparison =
      first && second && end.ratePerS !== null && !isBroken(end.exitCode)
        ? await compareSides({
            ...common,
            sides: [first, second],
            ratePerS: end.ratePerS,
            folder: join(folder, 'against'),
          })
        : undefined
    return await told({ end, comparison, folder }, gating)
  } finally {
    await allEnded(sides.map(({ pool }) => pool.close()))
  }
}

function commonOf(
  { folder, flags, io, signal, pending }: Gating,
  { asked, ready: { engine, images }, say }: { asked: GateAsked; ready: Readied; say: (text: string) => void },
) {
  return {
    asked,
    engine,
    stack: { docker: engine.docker, images, dockerFolder: dockerFolder() },
    signal,
    version: versionOf(),
    command: repeatedGate(folder, flags),
    reporter: fanOut([pending.reporter], (reporter, thrown) =>
      io.err(`${inert(reporter)} failed: ${inert(String(thrown))}\n`),
    ),
    onStage: (about: string) => say(`${about} …`),
  }
}

const isBroken = (code: ExitCode) => code === exitCodes.environment || code === exitCodes.unclean

export interface Gated {
  readonly end: GateEnd
  readonly comparison: Comparison | undefined
  readonly folder: string
}

/** Of both, what is worse. */
export function gateCode({ end, comparison }: Pick<Gated, 'end' | 'comparison'>): ExitCode {
  const codes = [end.exitCode, comparison?.exitCode ?? exitCodes.pass]
  const order = [exitCodes.unclean, exitCodes.environment, exitCodes.fail, exitCodes.inconclusive] as const
  return order.find((code) => codes.includes(code)) ?? exitCodes.pass
}

async function told(gated: Gated, { flags, io }: Gating): Promise<ExitCode> {
  const { end, comparison, folder } = gated
  const exitCode = gateCode(gated)
  const { variants: _, ...kept } = end
  const data = { ...kept, comparison: comparison ?? null, exitCode }
  await writePlain(folder, 'gate.json', `${inertJson(data, 2)}\n`)
  await writePlain(folder, 'gate.md', gateMarkdown({ ...gated, exitCode }))
  if (flags.json) io.out(`${inertJson({ ...data, folder })}\n`)
  else {
    io.out(`${inertLines(gateText({ ...gated, exitCode }, io.color), { controls: true })}\n`)
    io.out(`Kept in ${inert(join(folder, 'gate.md'))}\n`)
  }
  return exitCode
}
