import { cellPool, check, listed, planned, raisingOf, readStranger, type Stranger } from '../../check/index.ts'
import { openScope } from '../../cleanup/index.ts'
import { exitCodes } from '../../kit/errors.ts'
import { inert } from '../../kit/inert.ts'
import { heedTraps, trapWords } from '../../kit/outlook.ts'
import { shellCommand } from '../../kit/shell.ts'
import { modesDoc } from '../../modes/index.ts'
import type { StackPool } from '../../stack/index.ts'
import type { CommandIo } from '../io.ts'
import { attachedCheck } from './attached.ts'
import { besideOf, settled } from './beside.ts'
import { withCheckout } from './checkout.ts'
import { askedOf, type CheckFlags, fileOf, repeated } from './flags.ts'
import { tellCi } from './outputs.ts'
import { interrupted, pendingOf } from './pending.ts'
import { againOf, commonOf, madeOf, type Playing, sayOf } from './playing.ts'
import { readied } from './ready.ts'
import { sharingOf } from './sharing.ts'
import { turned } from './turns.ts'

/** Exit code as that of a run; what is wrong with the file or the options is told before anything is started. */
export async function checkAction(folder: string, flags: CheckFlags, io: CommandIo): Promise<number> {
  if (flags.modes) {
    io.out(modesDoc())
    return exitCodes.pass
  }
  const asked = askedOf(flags)
  const abort = new AbortController()
  const pending = pendingOf()
  const ended = io.onInterrupt((times) => interrupted(times, abort, io, pending.told))
  try {
    const playing = { asked, folder, flags, io, signal: abort.signal, pending }
    if (flags.attach !== undefined) {
      const ready = () => readied({ stranger: {}, flags, io, signal: abort.signal, say: sayOf(playing) })
      return await attachedCheck({ ...playing, attach: flags.attach, ready })
    }
    const { monitoring } = asked
    const stranger = await readStranger({ file: fileOf(folder, io), env: io.env, monitoring, signal: abort.signal })
    const plan = planned(stranger, asked.wanted)
    heedTraps(
      plan.traps.map((one) => trapWords(stranger.file, one)),
      { strict: flags.strict, say: sayOf(playing) },
    )
    if (flags.list) {
      io.out(listed(plan))
      return exitCodes.pass
    }
    return await (flags.against === undefined ? played(stranger, playing) : against(stranger, playing, flags.against))
  } finally {
    ended()
  }
}

/** The folder as it is beside a commit of it. */
async function against(stranger: Stranger, playing: Playing, ref: string): Promise<number> {
  const { folder, flags, io, signal } = playing
  return await withCheckout(stranger.file, ref, async (file) => {
    const { monitoring } = playing.asked
    const older = await readStranger({ file, env: io.env, monitoring, signal })
    const names = [ref, 'this folder'] as const
    return await turned({ ...playing, names, sides: [older, stranger], command: repeated(folder, flags) })
  })
}

async function played(stranger: Stranger, playing: Playing): Promise<number> {
  const { asked, flags, io, signal } = playing
  const timeoutsAtMostMs = timeoutsOf(asked, stranger)
  const made = madeOf(playing, { traffic: stranger.traffic, timeoutsAtMostMs })
  const beside = await besideOf({ file: stranger.file, flags, made })
  const shard = await sharingOf(stranger, playing, made)
  const say = sayOf(playing)
  const { engine, images } = await readied({ stranger, flags, io, signal, say })
  const pool = cellPool(() => openScope(engine))
  let isKept = false
  try {
    const raise = raisingOf(stranger, { engine, images, timeoutsAtMostMs, say })
    const common = { ...commonOf(playing, { engine, images }), ...(shard ? { shard } : {}) }
    const options = { ...stranger, ...common, raise, pool }
    const end = await check(options)
    const ended = await settled(end, { beside, again: againOf(options, end), flags, io })
    isKept = flags.keep ?? false
    await tellCi({ ...end, ...ended, command: options.command }, { ...stranger, flags, io })
    return ended.exitCode
  } finally {
    await (isKept ? keep(pool, io) : pool.close())
  }
}

/** What is typed counts for more than what the file says. */
const timeoutsOf = (asked: Playing['asked'], { project }: Stranger): number | undefined =>
  asked.timeoutsAtMostMs ?? project.timeouts?.atMost

/** Leaves the stack to whoever wants to look at it, and says how. */
async function keep(pool: StackPool, io: CommandIo): Promise<void> {
  const kept = await pool.leave?.()
  if (!kept) return
  const names = kept.stack.services.map(
    ({ name, containerId }) => `  ${inert(name)}: docker logs ${containerId.slice(0, 12)}`,
  )
  io.err(`Still up at ${inert(kept.stack.entry)}, until the next run:\n`)
  for (const name of names) io.err(`${inert(name)}\n`)
  io.err(`To end it: ${inert(shellCommand(['npx', 'badgateway', 'clean', '--run', kept.runId]))}\n`)
}
