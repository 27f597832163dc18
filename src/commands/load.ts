import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { realClock } from '../kit/clock.ts'
import { BadgatewayError, type ExitCode, exitCodes } from '../kit/errors.ts'
import { inert, inertJson } from '../kit/inert.ts'
import {
  hideCredentials,
  type LoadSample,
  type LoadSummary,
  maskedUrl,
  otherProtocol,
  type PinnedTarget,
  pinTarget,
  type RequestSpec,
  settleTrust,
  startPressure,
  startUsers,
  targetOfRequest,
} from '../load/index.ts'
import type { CommandIo } from './io.ts'
import { type LoadFlags, type LoadOrder, readCa, readHeaders, readOrder } from './load/flags.ts'
import { readMix } from './load/mix.ts'
import { doubtsOf, loadJson, loadText, type TargetPart, warningsOf } from './load/output.ts'
import { Progress } from './load/progress.ts'
import { pendingSeconds } from './load/seconds.ts'
import { collect } from './options.ts'

const help = `
Several URLs take turns. User and password stand before HOST, with an @ behind them, and are shown nowhere. A mix file
is a list of requests, each with path and, as it likes, weight, method, headers, and body, bodyFile (beside the mix
file) or bodyBase64. Headers and bodies may hold \${env:NAME}: shown nowhere.
Redirects are counted and not followed. Users keep cookies as browsers do, connections of --pressure keep none.

Exit codes: 0 measured, 2 the generator itself was too slow to be trusted, 64 usage.`

/** `badgateway load URL…`: load that can be trusted, against anything on this machine. */
export function loadCommand(io: CommandIo): Command {
  return new Command('load')
    .argument('<url...>', 'http://HOST:PORT/PATH, https://HOST:PORT/PATH or http://unix:SOCKET:/PATH')
    .option('--rate <rate>', 'arrivals, kept whatever the server does: 200/s, 600/m')
    .option('--for <duration>', 'how long: 6s, 500ms, 2m')
    .option('--timeout <duration>', 'a request is given up after', '10s')
    .option('--mix <file>', 'YAML or JSON list of requests: weight, method, path, headers, body, bodyFile')
    .option('--header <header>', "'name: value' for every request that has none of that name (repeatable)", collect, [])
    .option('--users <number>', 'users that take turns, sent as x-user-id (default: 50)')
    .option('--no-cookies', 'users forget what set-cookie told them')
    .option('--pressure', 'closed loop through autocannon: the next request when the last has ended')
    .option('--connections <number>', 'connections of --pressure')
    .option('--ca <file>', 'PEM of the CA that https targets are to be vouched for by')
    .option('--insecure', 'take whatever certificate an https target shows')
    .option('--allow-target <host>', 'allow this host although it is not on this machine (repeatable)', collect, [])
    .option('--csv <file>', 'write a line for every second')
    .option('--jsonl <file>', 'the same as JSON, one object a line')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (urls: string[], flags: LoadFlags) => {
      io.setExit(await loadAction(urls, flags, io))
    })
}

/** What is open at the end may still take its timeout; a little more for the last of it to be counted. */
const drainBeyondTimeoutMs = 500
const drainWhenInterruptedMs = 1_000
/** Room for every request of a timeout's length to be open at once, within what a machine has ports for. */
const openAtLeast = 2_000
const openAtMost = 20_000

/** Measures, prints, and gives the exit code: 0 when the figures can be trusted, 2 when the generator was too slow. */
async function loadAction(urls: readonly string[], flags: LoadFlags, io: CommandIo): Promise<ExitCode> {
  const order = readOrder(flags)
  const { targets, said } = await readTargets(urls, flags, io)
  const mixes = await readMixes(urls, targets, flags, io)
  const files = await pendingSeconds(flags, io.cwd)
  for (const one of said) io.err(`badgateway: ${inert(one)}\n`)
  try {
    const { summary, samples, interrupted } = await measure(order, targets, mixes, io)
    const shown = urls.map(maskedUrl)
    const parts = partsOf(summary, shown, order, mixes)
    const warnings = [...said, ...warningsOf(summary, parts), ...(await otherProtocols(targets, summary))]
    for (const { file, told } of files) await file.write(told(samples))
    io.out(
      flags.json
        ? `${inertJson(loadJson(summary, warnings))}\n`
        : loadText(
            shown.map((url) => inert(url)),
            summary,
            parts,
          ),
    )
    for (const warning of warnings.slice(said.length)) io.err(`badgateway: ${inert(warning)}\n`)
    const doubts = doubtsOf(summary, samples, interrupted)
    for (const doubt of doubts) io.err(`badgateway: ${inert(doubt)}\n`)
    return doubts.length === 0 ? exitCodes.pass : exitCodes.inconclusive
  } catch (thrown) {
    for (const { file } of files) await file.drop()
    throw thrown
  }
}

/** The targets, pinned, and what must be said loudly of their certificates. */
async function readTargets(urls: readonly string[], flags: LoadFlags, io: CommandIo) {
  const pinned = await Promise.all(urls.map((url) => pinTarget(url, flags.allowTarget)))
  hideCredentials(pinned)
  for (const { socketPath } of pinned) if (socketPath !== undefined) await refuseNoSocket(resolve(io.cwd, socketPath))
  const { ca: caFile, insecure = false } = flags
  if ((caFile !== undefined || insecure) && !pinned.some(({ tls }) => tls)) {
    throw new BadgatewayError('USAGE', `${insecure ? '--insecure' : '--ca'} is for https`, 'Write https:// in the URL.')
  }
  if (caFile !== undefined && insecure) {
    throw new BadgatewayError('USAGE', '--ca and --insecure exclude each other', 'Leave one of them out.')
  }
  const ca = caFile === undefined ? {} : { ca: await readCa(caFile, io.cwd) }
  const settled = await Promise.all(pinned.map((target) => settleTrust(target, { insecure, ...ca })))
  const targets = settled.map(({ target }) =>
    target.socketPath === undefined ? target : { ...target, socketPath: resolve(io.cwd, target.socketPath) },
  )
  return { targets, said: settled.flatMap(({ said }) => said ?? []) }
}

async function refuseNoSocket(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isSocket()) return
  const why = found ? 'is no socket' : 'is not there'
  throw new BadgatewayError('TARGET_REFUSED', `The Unix socket '${path}' ${why}`, 'Write http://unix:SOCKET:/PATH.')
}

/** What is asked: the mix of the file, or the path of each URL. */
async function readMixes(
  urls: readonly string[],
  targets: readonly PinnedTarget[],
  flags: LoadFlags,
  io: CommandIo,
): Promise<RequestSpec[]> {
  const paths = [...new Set(targets.map(({ path }) => path))]
  const headers = readHeaders(flags.header, io.env)
  if (flags.mix !== undefined && paths.some((path) => path !== '/')) {
    const [url = ''] = urls.filter((_, index) => targets[index]?.path !== '/')
    throw new BadgatewayError(
      'USAGE',
      `'${maskedUrl(url)}' has a path and --mix has its own`,
      'Leave the path out of the URL.',
    )
  }
  if (paths.length > 1) {
    throw new BadgatewayError(
      'USAGE',
      `The URLs have different paths: ${paths.join(', ')}`,
      'Give them one, or use --mix.',
    )
  }
  const mix = flags.mix === undefined ? [plainGet(paths[0] ?? '/')] : await readMix(flags.mix, io.cwd, io.env)
  return mix.map((request) => ({ ...request, headers: merged(headers, request.headers) }))
}

function merged(forAll: Record<string, string>, own: Record<string, string> = {}): Record<string, string> {
  const named = new Set(Object.keys(own).map((name) => name.toLowerCase()))
  const rest = Object.entries(forAll).filter(([name]) => !named.has(name.toLowerCase()))
  return { ...Object.fromEntries(rest), ...own }
}

/** What became of the requests of each of several targets. */
function partsOf(summary: LoadSummary, urls: readonly string[], order: LoadOrder, mix: RequestSpec[]): TargetPart[] {
  if (urls.length < 2) return []
  const users = order.connections === undefined ? order.users : 1
  const targetOf = targetOfRequest(mix, urls.length, users)
  const parts = urls.map((url): TargetPart => ({ url, ledger: {} }))
  for (let k = 0; k < summary.planned; k += 1) {
    const [part, name] = [parts[targetOf(k)], summary.classOf(k)]
    if (part && name) part.ledger[name] = (part.ledger[name] ?? 0) + 1
  }
  return parts
}

async function otherProtocols(targets: readonly PinnedTarget[], summary: LoadSummary): Promise<string[]> {
  const found = await Promise.all(targets.map((target) => otherProtocol(target, summary)))
  return [...new Set(found.filter((one) => one !== undefined))]
}

interface Measurement {
  summary: LoadSummary
  samples: LoadSample[]
  interrupted: boolean
}

async function measure(
  order: LoadOrder,
  [target, ...also]: readonly PinnedTarget[],
  mix: RequestSpec[],
  io: CommandIo,
): Promise<Measurement> {
  if (!target) throw new BadgatewayError('USAGE', 'No URL was given', 'Write http://HOST:PORT/PATH.')
  const end = new AbortController()
  const progress = new Progress(io, order.forMs)
  const samples: LoadSample[] = []
  let interrupted = false
  let broken: Error | undefined
  const quiet = io.onInterrupt(() => {
    interrupted = true
    end.abort()
  })
  try {
    const load = await start(order, mix, {
      ...target,
      also,
      env: io.env,
      idPrefix: `load-${Date.now().toString(36)}`,
      forMs: order.forMs,
      onSample: (sample) => {
        samples.push(sample)
        progress.heard(sample)
      },
      onBroken: (error) => {
        broken = error
        end.abort()
      },
    })
    await realClock.sleep(order.forMs, end.signal).catch(() => undefined)
    const summary = await load.stop(interrupted ? drainWhenInterruptedMs : order.timeoutMs + drainBeyondTimeoutMs)
    if (broken) throw broken
    return { summary, samples, interrupted }
  } finally {
    quiet()
    progress.end()
  }
}

function start(order: LoadOrder, mix: RequestSpec[], options: Parameters<typeof startUsers>[1]) {
  const { ratePerS, timeoutMs: timeout, users, connections, cookies } = order
  if (connections !== undefined) {
    return startPressure({ connections, timeout, mix, ...(ratePerS === undefined ? {} : { ratePerS }) }, options)
  }
  const rate = ratePerS ?? 0
  const maxOpen = Math.min(Math.max(openAtLeast, Math.ceil((rate * timeout) / 1_000) + 1), openAtMost)
  return startUsers({ ratePerS: rate, stages: [], users, timeout, maxOpen, cookies, mix }, options)
}

function plainGet(path: string): RequestSpec {
  return { weight: 1, method: 'GET', path }
}
