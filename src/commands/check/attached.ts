import { attachingOf, check, listed, planned, readAttached, touchedBy } from '../../check/index.ts'
import type { Engine } from '../../engine/index.ts'
import { BadgatewayError, exitCodes } from '../../kit/errors.ts'
import { heedTraps, trapWords } from '../../kit/outlook.ts'
import { attachedContainers, readProjectFile } from '../../project/index.ts'
import { besideOf, settled } from './beside.ts'
import { agreedTo } from './consent.ts'
import { fileOf } from './flags.ts'
import { tellCi } from './outputs.ts'
import { againOf, commonOf, madeOf, type Playing, sayOf } from './playing.ts'

interface Attached extends Playing {
  readonly attach: string
  readonly ready: () => Promise<{ engine: Engine; images: { agent: string } }>
}

/** A check of containers that run already, once somebody has agreed to what is done to them. */
export async function attachedCheck({ attach, ready, ...playing }: Attached): Promise<number> {
  const { asked, folder, flags, io } = playing
  refuseOptions(flags)
  const file = fileOf(folder, io)
  const project = await readProjectFile(file)
  const { engine, images } = await ready()
  const { docker } = engine
  const say = sayOf(playing)
  const containers = await attachedContainers(docker, attach)
  const stranger = await readAttached({
    docker,
    project,
    containers,
    file,
    env: io.env,
    monitoring: asked.monitoring,
    say,
  })
  const { handlings } = stranger
  const plan = planned(stranger, { ...asked.wanted, handlings }, asked.times)
  heedTraps(
    plan.traps.map((one) => trapWords(file, one)),
    { strict: flags.strict, say },
  )
  if (flags.list) {
    io.out(listed(plan))
    return exitCodes.pass
  }
  const made = madeOf(playing, { traffic: stranger.traffic, timeoutsAtMostMs: undefined })
  const beside = await besideOf({ file, flags, made })
  await agreedTo(`${touchedBy(stranger, plan.runs)}\n`, flags.yes ?? false, io)
  const raise = attachingOf(stranger, { docker, agent: images.agent, say })
  const options = { ...stranger, ...commonOf(playing, { engine, images }), raise }
  const end = await check(options)
  const ended = await settled(end, { beside, again: againOf(options, end), flags, io })
  await tellCi({ ...end, ...ended, command: options.command }, { ...stranger, file, flags, io })
  return ended.exitCode
}

/** What needs a copy of the stack. */
function refuseOptions({ keep, timeoutsAtMost }: Playing['flags']): void {
  const given = keep ? '--keep' : timeoutsAtMost === undefined ? undefined : '--timeouts-at-most'
  if (given === undefined) return
  const why = keep ? 'an attached stack stays up anyway' : 'no file of an attached stack is changed'
  throw new BadgatewayError('USAGE', `${given} with --attach: ${why}`, `Leave out ${given}.`)
}
