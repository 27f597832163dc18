import { resolve } from 'node:path'
import { Command } from 'commander'
import { playableOf, playableWords, readStranger, readWritten } from '../check/index.ts'
import { imageNames, rareImageNames } from '../images/index.ts'
import { BadgatewayError, exitCodes } from '../kit/errors.ts'
import { scenariosFolder, versionOf } from '../kit/home.ts'
import { inert } from '../kit/inert.ts'
import { didYouMean } from '../kit/near-miss.ts'
import { shellCommand } from '../kit/shell.ts'
import { launch, launchGroup } from '../launch.ts'
import { fanOut, terminalReporter } from '../reporters/index.ts'
import { findGroup, findScenario, type Group, kindsFrom } from '../scenario/index.ts'
import { fileOf } from './check/flags.ts'
import { interrupted, pendingOf } from './check/pending.ts'
import type { CommandIo } from './io.ts'
import { Mistakes } from './mistakes.ts'
import { collect, scaleOf, strictOption } from './options.ts'
import { runOn } from './run/on.ts'
import { shardOption, shareOf, timesFor, timesOption } from './shards/share.ts'

/** `badgateway run SCENARIO`: one scenario, or all of a group, in all variants or in those that are named. */
export function runCommand(io: CommandIo): Command {
  return new Command('run')
    .argument('<scenario>', 'name of a scenario or a group (badgateway list), or a file (.ts, .js, .yaml, .json)')
    .option(
      '--variant <name>',
      'only this variant (may be repeated; default: all; of a group: as-it-happened and with-measures)',
      collect,
      [],
    )
    .option('--all', 'of a group: every variant of each scenario, so that each measure is reported by itself')
    .option('--time-scale <duration>', 'what one minute of the incident takes here', '1s')
    .option('--out <folder>', 'where runs are kept', 'runs')
    .option('--image <name=image>', 'use this image instead of ours (may be repeated)', collect, [])
    .option('--rules <folder>', 'use the Prometheus rule files of this folder instead of ours')
    .option('--port <number>', 'port of the site on 127.0.0.1 (default: a free one)')
    .option(...strictOption)
    .option('--disarm', 'negative control: do everything but inject; the verdict must not be pass')
    .option('--repeats <number>', 'play an inconclusive variant again, so often (default: 1 where CI is set, else 0)')
    .option('--jobs <number>', 'of a group: so many variants at once, at most what the machine carries (see doctor)')
    .option(...shardOption)
    .option(...timesOption)
    .option(
      '--kinds <file>',
      'run this file and use the kinds it exports (may be repeated; see docs/own-kinds.md)',
      collect,
      [],
    )
    .option('--stack <file>', 'tell it on the stack of this badgateway.yaml (a scenario file may name one itself)')
    .option('--list', 'with --stack: list which of the faults that stack can play; nothing is started')
    .option('--quiet', 'print the verdict only')
    .option('--json', 'print one JSON object at the end, and nothing else')
    .action(async (scenario: string, flags: RunFlags) => {
      io.setExit(await runAction(scenario, flags, io))
    })
}

/** Where runs are kept. */
const defaultOut = 'runs'

export interface RunFlags {
  variant: string[]
  /** Files of kinds beside those that the scenario brings along. */
  kinds: string[]
  all?: boolean
  timeScale: string
  out: string
  image: string[]
  rules?: string
  port?: string
  disarm?: boolean
  strict?: boolean
  repeats?: string
  jobs?: string
  shard?: string
  times?: string
  /** A badgateway.yaml, or its folder. */
  stack?: string
  list?: boolean
  quiet?: boolean
  json?: boolean
}

/** Everything that can be wrong with the input is found before anything is started. */
async function runAction(name: string, flags: RunFlags, io: CommandIo): Promise<number> {
  const figures = figuresOf(flags)
  const group = await findGroup(name, scenariosFolder())
  refuseMismatch(name, group !== undefined, flags)
  const project = flags.stack === undefined ? undefined : fileOf(flags.stack, io)
  const written = await readWritten(resolve(io.cwd, name), project)
  const kinds = await kindsFrom(flags.kinds.map((file) => resolve(io.cwd, file)))
  if (flags.list) return await listOn(name, project, io)
  if (project !== undefined && !written) throw notOnStack(name)
  const scenario = group || written ? undefined : await findScenario(name, scenariosFolder(), kinds)
  const quiet = flags.quiet ?? false
  const json = flags.json ?? false
  const live = terminalReporter({ io, quiet, json })
  const pending = pendingOf()
  const abort = new AbortController()
  const shard = await shardIn(flags, group, io)
  const variants = flags.variant.length > 0 ? { variants: flags.variant } : {}
  const common = {
    ...figures,
    ...(flags.rules === undefined ? {} : { rulesFolder: resolve(io.cwd, flags.rules) }),
    out: resolve(io.cwd, flags.out),
    disarmed: flags.disarm ?? false,
    strict: flags.strict ?? false,
    env: io.env,
    setEnv: io.setEnv,
    version: versionOf(),
    signal: abort.signal,
    reporter: fanOut([live, pending.reporter], (reporter, thrown) =>
      io.err(`${inert(reporter)} failed: ${inert(String(thrown))}\n`),
    ),
    say: (text: string) => (quiet || json ? undefined : io.err(`${inert(text)}\n`)),
  }
  const commandOf = (what: string, ran: readonly string[] = flags.variant) =>
    repeated(what, { ...flags, variant: [...ran] })
  const ended = io.onInterrupt((times) => interrupted(times, abort, io, pending.told))
  try {
    if (written) return await runOn(written, { ...common, ...variants, io, command: commandOf(name) })
    const end = scenario
      ? await launch(scenario, { ...common, ...variants, command: commandOf(name) })
      : group &&
        (await launchGroup(group, { ...common, ...shard, ...(flags.all ? { variants: 'all' } : variants), commandOf }))
    return end?.exitCode ?? exitCodes.usage
  } finally {
    ended()
  }
}

/** Which part of a group is run here. USAGE where times cannot be read. */
async function shardIn(flags: RunFlags, group: Group | undefined, { cwd }: Pick<CommandIo, 'cwd'>) {
  const share = shareOf(flags)
  if (!share || !group) return {}
  const kept = resolve(cwd, flags.out, ...group.path.split('/'))
  return { shard: { share, times: await timesFor({ file: flags.times, kept, cwd }) } }
}

/** What a stack of somebody's own can play of a scenario, or of a group. */
async function listOn(name: string, project: string | undefined, io: CommandIo): Promise<number> {
  if (project === undefined) {
    throw new BadgatewayError('USAGE', '--list is about a stack of your own', 'Name it: --stack ./badgateway.yaml')
  }
  const group = await findGroup(name, scenariosFolder())
  const scenarios = group?.scenarios ?? [await findScenario(name, scenariosFolder())]
  const { description } = await readStranger({ file: project, env: io.env, signal: new AbortController().signal })
  io.out(playableWords(playableOf(scenarios, description)))
  return exitCodes.pass
}

function notOnStack(name: string): BadgatewayError {
  const message = `${name} is told on the built-in shop: its steps name parts of that`
  const hint = 'Only a file of YAML or JSON is told on another stack. --list says which of its faults that can play.'
  return new BadgatewayError('USAGE', message, hint)
}

/** What options say in figures and names; all mistakes in them are told at once. */
function figuresOf({ port, repeats, jobs, timeScale, image }: RunFlags) {
  const mistakes = new Mistakes()
  const given = (text: string | undefined, read: (text: string) => number): number | undefined => {
    return text === undefined ? undefined : mistakes.read<number | undefined>(undefined, () => read(text))
  }
  const scale = mistakes.read(0, () => scaleOf(timeScale))
  const images = mistakes.read({}, () => imagesOf(image))
  const site = given(port, portOf)
  const again = given(repeats, (text) => numberOf('--repeats', text, [0, 5]))
  const atOnce = given(jobs, (text) => numberOf('--jobs', text, [1, 64]))
  mistakes.refuse('Nothing was started.')
  return {
    incidentMinuteMs: scale,
    images,
    ...(site === undefined ? {} : { port: site }),
    ...(again === undefined ? {} : { repeats: again }),
    ...(atOnce === undefined ? {} : { jobs: atOnce }),
  }
}

/** USAGE where options exclude each other, or are not for what was named. */
function refuseMismatch(name: string, isGroup: boolean, { all, variant, kinds, jobs, shard }: RunFlags): void {
  if (all && variant.length > 0) {
    throw new BadgatewayError('USAGE', '--all and --variant exclude each other', 'Leave one of them out.')
  }
  if (isGroup && kinds.length > 0) {
    const hint = 'The scenarios of a group bring their kinds along.'
    throw new BadgatewayError('USAGE', `--kinds is for one scenario, and ${name} is a group`, hint)
  }
  if (!isGroup && shard !== undefined) {
    const hint = 'The variants of one scenario are compared, so one machine plays them all.'
    throw new BadgatewayError('USAGE', `--shard is for groups, and ${name} is a scenario`, hint)
  }
  if (!isGroup && jobs !== undefined) {
    const hint = 'The variants of one scenario are played one after the other, so that they can be compared.'
    throw new BadgatewayError('USAGE', `--jobs is for groups, and ${name} is a scenario`, hint)
  }
}

/** The command that gives the same run again, for a shell. */
export function repeated(what: string, flags: RunFlags): string {
  const { variant, image, kinds, rules, port, disarm, strict, timeScale, repeats, out, stack } = flags
  return shellCommand([
    ...['npx', 'badgateway', 'run', ...(what.startsWith('-') ? [] : [what])],
    ...variant.flatMap((name) => ['--variant', name]),
    ...['--time-scale', timeScale],
    ...image.flatMap((pair) => ['--image', pair]),
    ...kinds.flatMap((file) => ['--kinds', file]),
    ...(rules === undefined ? [] : ['--rules', rules]),
    ...(port === undefined ? [] : ['--port', port]),
    ...(repeats === undefined ? [] : ['--repeats', repeats]),
    ...(stack === undefined ? [] : ['--stack', stack]),
    ...(strict ? ['--strict'] : []),
    ...(disarm ? ['--disarm'] : []),
    ...(out === defaultOut ? [] : ['--out', out]),
    ...(what.startsWith('-') ? ['--', what] : []),
  ])
}

function imagesOf(given: readonly string[]): Record<string, string> {
  const pairs = given.map((text) => {
    const [, name = '', image = ''] = /^([a-z-]+)=([\w][\w.:/@-]*)$/.exec(text) ?? []
    const known: readonly string[] = [...imageNames, ...rareImageNames]
    if (known.includes(name)) return [name, image] as const
    const hint = `${didYouMean(text.split('=')[0] ?? '', known)}Write NAME=IMAGE; names are ${known.join(', ')}.`
    throw new BadgatewayError('USAGE', `--image: '${text}' names no image of the stack`, hint)
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
