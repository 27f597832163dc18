import { resolve } from 'node:path'
import { imageNames, rareImageNames } from '../images/index.ts'
import { durationMs } from '../kit/duration.ts'
import { BadgatewayError, exitCodes } from '../kit/errors.ts'
import { scenariosFolder, versionOf } from '../kit/home.ts'
import { inert } from '../kit/inert.ts'
import { didYouMean } from '../kit/near-miss.ts'
import { shellCommand } from '../kit/shell.ts'
import { launch, launchGroup } from '../launch.ts'
import { fanOut, terminalReporter } from '../reporters/index.ts'
import { findGroup, findScenario } from '../scenario/index.ts'
import type { CommandIo } from './io.ts'
import { pendingOf } from './pending.ts'

/** Where runs are kept. */
const defaultOut = 'runs'

export interface RunFlags {
  variant: string[]
  all?: boolean
  timeScale: string
  out: string
  image: string[]
  rules?: string
  port?: string
  disarm?: boolean
  repeats?: string
  jobs?: string
  quiet?: boolean
  json?: boolean
}

/** Everything that can be wrong with the input is found before anything is started. */
export async function runAction(name: string, flags: RunFlags, io: CommandIo): Promise<number> {
  const group = await findGroup(name, scenariosFolder())
  const scenario = group ? undefined : await findScenario(name, scenariosFolder())
  const quiet = flags.quiet ?? false
  const json = flags.json ?? false
  const live = terminalReporter({ io, quiet, json })
  const pending = pendingOf()
  const abort = new AbortController()
  if (flags.all && flags.variant.length > 0) {
    throw new BadgatewayError('USAGE', '--all and --variant exclude each other', 'Leave one of them out.')
  }
  const variants = flags.variant.length > 0 ? { variants: flags.variant } : {}
  const common = {
    ...(flags.rules === undefined ? {} : { rulesFolder: resolve(io.cwd, flags.rules) }),
    ...(flags.port === undefined ? {} : { port: portOf(flags.port) }),
    incidentMinuteMs: scaleOf(flags.timeScale),
    images: imagesOf(flags.image),
    out: resolve(io.cwd, flags.out),
    disarmed: flags.disarm ?? false,
    ...(flags.repeats === undefined ? {} : { repeats: numberOf('--repeats', flags.repeats, [0, 5]) }),
    env: io.env,
    setEnv: io.setEnv,
    version: versionOf(),
    signal: abort.signal,
    reporter: fanOut([live, pending.reporter], (reporter, thrown) =>
      io.err(`${inert(reporter)} failed: ${inert(String(thrown))}\n`),
    ),
    say: (text: string) => (quiet || json ? undefined : io.err(`${inert(text)}\n`)),
  }
  if (scenario && flags.jobs !== undefined) {
    const hint = 'The variants of one scenario are played one after the other, so that they can be compared.'
    throw new BadgatewayError('USAGE', `--jobs is for groups, and ${name} is a scenario`, hint)
  }
  const jobs = flags.jobs === undefined ? {} : { jobs: numberOf('--jobs', flags.jobs, [1, 64]) }
  const commandOf = (what: string, ran: readonly string[] = flags.variant) =>
    repeated(what, { ...flags, variant: [...ran] })
  const ended = io.onInterrupt((times) => interrupted(times, abort, io, pending.told))
  try {
    const end = scenario
      ? await launch(scenario, { ...common, ...variants, command: commandOf(name) })
      : group &&
        (await launchGroup(group, { ...common, ...jobs, ...(flags.all ? { variants: 'all' } : variants), commandOf }))
    return end?.exitCode ?? exitCodes.usage
  } finally {
    ended()
  }
}

/** The command that gives the same run again, for a shell. */
export function repeated(what: string, flags: RunFlags): string {
  const { variant, image, rules, port, disarm, timeScale, repeats, out } = flags
  return shellCommand([
    ...['npx', 'badgateway', 'run', ...(what.startsWith('-') ? [] : [what])],
    ...variant.flatMap((name) => ['--variant', name]),
    ...['--time-scale', timeScale],
    ...image.flatMap((pair) => ['--image', pair]),
    ...(rules === undefined ? [] : ['--rules', rules]),
    ...(port === undefined ? [] : ['--port', port]),
    ...(repeats === undefined ? [] : ['--repeats', repeats]),
    ...(disarm ? ['--disarm'] : []),
    ...(out === defaultOut ? [] : ['--out', out]),
    ...(what.startsWith('-') ? ['--', what] : []),
  ])
}

export function interrupted(times: number, abort: AbortController, io: CommandIo, told: () => string): void {
  if (times === 1) {
    io.err('\nInterrupted: undoing everything, then the report.\n')
    io.err('(Once more: what is left. Three times: the guard does it.)\n')
    const hint = 'The report says how far it came.'
    abort.abort(new BadgatewayError('INTERRUPTED', 'The run was interrupted', hint))
  } else if (times === 2) {
    io.err('\nStill undoing.\n')
    io.err(told())
  } else {
    io.err('\nLeft to the guard process: it undoes and removes what is ours.\n')
    io.exitNow(exitCodes.unclean)
  }
}

export function scaleOf(text: string): number {
  const ms = durationMs(text)
  if (ms !== undefined && ms >= 100 && ms <= 60_000) return ms
  const message = `--time-scale: '${text}' is no duration from 100ms to 60s`
  throw new BadgatewayError(
    'DURATION_INVALID',
    message,
    'It is what one minute of the incident takes here, e.g. 500ms.',
  )
}

function imagesOf(given: readonly string[]): Record<string, string> {
  const pairs = given.map((text) => {
    const [, name = '', image = ''] = /^([a-z-]+)=([\w][\w.:/@-]*)$/.exec(text) ?? []
    const known: readonly string[] = [...imageNames, ...rareImageNames]
    if (known.includes(name)) return [name, image] as const
    const hint = `${didYouMean(text.split('=')[0] ?? '', known)}Write NAME=IMAGE; names are ${known.join(', ')}.`
    throw new BadgatewayError('USAGE', `--image: '${text}' names no image of the shop`, hint)
  })
  return Object.fromEntries(pairs)
}

function numberOf(option: string, text: string, [least, most]: readonly [number, number]): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= most) return number
  throw new BadgatewayError('USAGE', `${option}: '${text}' is no number from ${least} to ${most}`, 'Leave it out.')
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port
  throw new BadgatewayError('USAGE', `--port: '${text}' is no port`, 'A number from 1 to 65535.')
}
