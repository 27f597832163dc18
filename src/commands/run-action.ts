import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { experiment } from '../experiment.ts'
import { appendAfterDeath, type PlanRecord } from '../journal/index.ts'
import { realClock } from '../kit/clock.ts'
import { durationMs } from '../kit/duration.ts'
import { BadgatewayError, exitCodes } from '../kit/errors.ts'
import { fanOut, terminalReporter } from '../reporters/index.ts'
import { planOf } from '../run/index.ts'
import { findScenario, type Scenario } from '../scenario/index.ts'
import { connectEngine, testcontainersEnvironment } from '../stack/engine.ts'
import { dockerFolder, ensureImages } from '../stack/images.ts'
import { imageNames } from '../stack/shop.ts'
import { sweep } from '../stack/sweep.ts'
import { scenariosFolder, versionOf } from './home.ts'
import type { CommandIo } from './io.ts'

export interface RunFlags {
  variant: string[]
  timeScale: string
  out: string
  image: string[]
  rules?: string
  port?: string
  engineHost?: string
  disarm?: boolean
  quiet?: boolean
  json?: boolean
}

/** Everything that can be wrong with the input is found before anything is started. */
export async function runAction(name: string, flags: RunFlags, io: CommandIo): Promise<number> {
  const scenario = await findScenario(name, scenariosFolder())
  const plans = plansOf(scenario, flags)
  const images = imagesOf(flags.image)
  const rulesFolder = flags.rules === undefined ? undefined : await rulesIn(resolve(io.cwd, flags.rules))
  const port = flags.port === undefined ? undefined : portOf(flags.port)
  const folder = join(resolve(io.cwd, flags.out), scenario.name, stamp(new Date()))
  const live = terminalReporter({ io, quiet: flags.quiet ?? false, json: flags.json ?? false })
  const say = (text: string) => (flags.quiet || flags.json ? undefined : io.err(`${text}\n`))
  const engine = await connectEngine(io.env, flags.engineHost === undefined ? {} : { allowHost: flags.engineHost })
  io.setEnv(testcontainersEnvironment(engine))
  const tags = await ensureImages(engine.docker, { images, onStep: (text) => say(text) })
  await sweep(engine.docker, { log: say, openRecord: (file) => appendAfterDeath(file, realClock) })
  const abort = new AbortController()
  const ended = io.onInterrupt((times) => interrupted(times, abort, io))
  try {
    const { exitCode } = await experiment({
      plans,
      folder,
      engine,
      version: versionOf(),
      stack: {
        docker: engine.docker,
        images: tags,
        dockerFolder: dockerFolder(),
        ...scenario.stack,
        ...(rulesFolder === undefined ? {} : { rulesFolder }),
        ...(port === undefined ? {} : { port }),
      },
      signal: abort.signal,
      disarmed: flags.disarm ?? false,
      reporter: fanOut([live], (reporter, thrown) => io.err(`${reporter} failed: ${String(thrown)}\n`)),
    })
    return exitCode
  } finally {
    ended()
  }
}

function interrupted(times: number, abort: AbortController, io: CommandIo): void {
  if (times === 1) {
    io.err('\nInterrupted: undoing everything, then the report.\n')
    io.err('(Once more: what is left. Three times: the guard does it.)\n')
    const hint = 'The report says how far it came.'
    abort.abort(new BadgatewayError('INTERRUPTED', 'The run was interrupted', hint))
  } else if (times === 2) {
    io.err('\nStill undoing. By hand: badgateway clean, or docker rm -f $(docker ps -aq --filter label=badgateway)\n')
  } else {
    io.err('\nLeft to the guard process: it undoes and removes what is ours.\n')
    io.exitNow(exitCodes.unclean)
  }
}

function plansOf(scenario: Scenario, flags: RunFlags): PlanRecord[] {
  const incidentMinuteMs = durationMs(flags.timeScale)
  if (incidentMinuteMs === undefined || incidentMinuteMs < 100 || incidentMinuteMs > 60_000) {
    const message = `--time-scale: '${flags.timeScale}' is no duration from 100ms to 60s`
    throw new BadgatewayError(
      'DURATION_INVALID',
      message,
      'It is what one minute of the incident takes here, e.g. 500ms.',
    )
  }
  const names = flags.variant.length > 0 ? flags.variant : Object.keys(scenario.variants)
  return names.map((variant) => planOf(scenario, { variant, incidentMinuteMs }))
}

function imagesOf(given: readonly string[]): Record<string, string> {
  const pairs = given.map((text) => {
    const [, name = '', image = ''] = /^([a-z]+)=([\w][\w.:/@-]*)$/.exec(text) ?? []
    const known: readonly string[] = imageNames
    if (known.includes(name)) return [name, image] as const
    const hint = `Write NAME=IMAGE; names are ${imageNames.join(', ')}.`
    throw new BadgatewayError('USAGE', `--image: '${text}' names no image of the shop`, hint)
  })
  return Object.fromEntries(pairs)
}

async function rulesIn(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined)
  const names = found?.isDirectory() ? (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)) : []
  if (names.length > 0) return folder
  const what = found ? 'holds no rule file (.yml)' : 'no such folder'
  throw new BadgatewayError('RULES_MISSING', `--rules ${folder}: ${what}`, 'Name a folder with Prometheus rule files.')
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port
  throw new BadgatewayError('USAGE', `--port: '${text}' is no port`, 'A number from 1 to 65535.')
}

/** `2026-11-20T22-31-05.123Z`: sorts by time, and is a file name everywhere. */
function stamp(date: Date): string {
  return date.toISOString().replaceAll(':', '-')
}
