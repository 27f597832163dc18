import { join } from 'node:path'
import { cellPool, plansOn, raisingOf, readStranger, scenarioOn, type Written } from '../../check/index.ts'
import { openScope } from '../../cleanup/index.ts'
import { experiment } from '../../experiment.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import { dockerFolder } from '../../kit/home.ts'
import { type LaunchOptions, repeatsOf, stamp } from '../../launch.ts'
import { readied } from '../check/ready.ts'
import type { CommandIo } from '../io.ts'

export interface RunOnOptions extends Omit<LaunchOptions, 'setEnv'> {
  readonly io: CommandIo
}

/**
 * A scenario on somebody's own stack: raised once beside whatever runs, and lent to one variant after the other. Exit
 * code as that of a run; what is wrong with either file is told before anything is started.
 */
export async function runOn(written: Written, { io, ...options }: RunOnOptions): Promise<number> {
  const { env, signal, say, incidentMinuteMs, variants, out } = options
  refuseOptions(options)
  const stranger = await readStranger({ file: written.project, env, signal })
  const scenario = scenarioOn(written, stranger)
  const scale = incidentMinuteMs === undefined ? {} : { incidentMinuteMs }
  const plans = plansOn(scenario, stranger, { ...scale, ...(variants ? { variants } : {}) })
  for (const note of stranger.own?.notes ?? []) say(note)
  const { engine, images } = await readied({ stranger, flags: {}, io, signal, say })
  const pool = cellPool(() => openScope(engine))
  try {
    const { exitCode, untold } = await experiment({
      ...options,
      engine,
      stack: { docker: engine.docker, images, dockerFolder: dockerFolder() },
      raise: raisingOf(stranger, { engine, images, timeoutsAtMostMs: stranger.project.timeouts?.atMost, say }),
      pool,
      plans,
      data: stranger.data ?? [],
      folder: join(out, scenario.name, stamp(new Date())),
      disarmed: options.disarmed ?? false,
      repeats: repeatsOf(options),
      ...(scenario.kinds ? { kinds: scenario.kinds } : {}),
    })
    if (untold !== undefined) throw untold
    return exitCode
  } finally {
    await pool.close()
  }
}

/** What is about the built-in shop. */
function refuseOptions({ rulesFolder, port, images = {} }: Omit<RunOnOptions, 'io'>): void {
  const given = rulesFolder !== undefined ? '--rules' : port !== undefined ? '--port' : '--image'
  if (rulesFolder === undefined && port === undefined && Object.keys(images).length === 0) return
  const message = `${given} is about the built-in shop, and this scenario is told on another stack`
  throw new BadgatewayError('USAGE', message, 'Say it in the badgateway.yaml, or in its Compose file.')
}
