import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { realClock } from '../../kit/clock.ts'
import { BadgatewayError, type ExitCode, exitCodes } from '../../kit/errors.ts'
import { inert, inertJson } from '../../kit/inert.ts'
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
  type Trust,
  targetOfRequest,
} from '../../load/index.ts'
import type { CommandIo } from '../io.ts'
import { Mistakes } from '../mistakes.ts'
import { type LoadFlags, type LoadOrder, readCa, readHeaders, readOrder, readUrls } from './flags.ts'
import { readMix } from './mix.ts'
import { doubtsOf, loadJson, loadText, type TargetPart, warningsOf } from './output.ts'
import { Progress } from './progress.ts'
import { pendingSeconds } from './seconds.ts'

/** What is open at the end may still take its timeout; a little more for the last of it to be counted. */
const drainBeyondTimeoutMs = 500
const drainWhenInterruptedMs = 1_000
/** Room for every request of a timeout's length to be open at once, within what a machine has ports for. */
const openAtLeast = 2_000
const openAtMost = 20_000

/**
 * Measures, prints, and gives the exit code: 0 when the figures can be trusted, 2 when the generator was too slow.
 * `words` are what the command line has besides its `known` options.
 */
export async function loadAction(
  words: readonly string[],
  known: readonly string[],
  flags: LoadFlags,
  io: CommandIo,
): Promise<ExitCode> {
  const mistakes = new Mistakes()
  const urls = readUrls(words, known, mistakes)
  const order = readOrder(flags, mistakes)
  const pinned = await readTargets(urls, flags, io, mistakes)
  const ca = await readTrust(urls, flags, io, mistakes)
  const mix = await readMixes(pinned, flags, io, mistakes)
  const files = await pendingSeconds(flags, io.cwd, mistakes)
  try {
    mistakes.refuse('Nothing was sent.')
    const { targets, said } = await settle(pinned, { insecure: flags.insecure ?? false, ...ca })
    for (const one of said) io.err(`badgateway: ${inert(one)}\n`)
    const measured = await measure(order, targets, mix, io)
    const { summary, samples } = measured
    const shown = urls.map(maskedUrl)
    const parts = partsOf(summary, shown, order, mix)
    const warnings = [...warningsOf(summary, parts), ...(await otherProtocols(targets, summary))]
    for (const { file, told } of files) await file.write(told(samples))
    io.out(flags.json ? `${inertJson(loadJson(summary, [...said, ...warnings]))}\n` : textOf(shown, summary, parts))
    return tellDoubts(measured, warnings, io)
  } catch (thrown) {
    for (const { file } of files) await file.drop()
    throw thrown
  }
}

function textOf(urls: readonly string[], summary: LoadSummary, parts: readonly TargetPart[]): string {
  return loadText(
    urls.map((url) => inert(url)),
    summary,
    parts,
  )
}

function tellDoubts({ summary, samples, interrupted }: Measurement, warnings: readonly string[], io: CommandIo) {
  const doubts = doubtsOf(summary, samples, interrupted)
  for (const one of [...warnings, ...doubts]) io.err(`badgateway: ${inert(one)}\n`)
  return doubts.length === 0 ? exitCodes.pass : exitCodes.inconclusive
}

interface Pinned {
  url: string
  target: PinnedTarget
}

/** The targets, pinned; those that may be loaded. */
async function readTargets(
  urls: readonly string[],
  flags: LoadFlags,
  io: CommandIo,
  mistakes: Mistakes,
): Promise<Pinned[]> {
  const read = async (url: string) => ({ url, target: await pinTarget(url, flags.allowTarget) })
  const asked = await Promise.all(urls.map((url) => mistakes.ask(undefined, () => read(url))))
  const pinned = asked.filter((one) => one !== undefined)
  hideCredentials(pinned.map(({ target }) => target))
  for (const { target } of pinned) {
    if (target.socketPath === undefined) continue
    target.socketPath = resolve(io.cwd, target.socketPath)
    const path = target.socketPath
    await mistakes.ask(undefined, () => refuseNoSocket(path))
  }
  return pinned
}

/** What certificates are to be vouched for by. */
async function readTrust(
  urls: readonly string[],
  { ca: file, insecure = false }: LoadFlags,
  io: CommandIo,
  mistakes: Mistakes,
): Promise<{ ca?: string }> {
  const typed = [...(file === undefined ? [] : [`--ca '${file}'`]), ...(insecure ? ['--insecure'] : [])]
  const refuse = (what: string, hint: string) => mistakes.add(new BadgatewayError('USAGE', what, hint))
  if (!urls.some((url) => /^https:/i.test(url))) {
    for (const flag of typed) refuse(`${flag} is for https`, 'Write https:// in the URL.')
  }
  if (typed.length > 1) refuse(`${typed.join(' and ')} exclude each other`, 'Leave one of them out.')
  if (file === undefined) return {}
  const ca = await mistakes.ask(undefined, () => readCa(file, io.cwd))
  return ca === undefined ? {} : { ca }
}

/** The targets with the certificates that they show, and what must be said loudly of them. */
async function settle(pinned: readonly Pinned[], trust: Trust) {
  const mistakes = new Mistakes()
  const settled = await Promise.all(
    pinned.map(({ target }) => mistakes.ask({ target }, () => settleTrust<PinnedTarget>(target, trust))),
  )
  mistakes.refuse('Nothing was sent.')
  return { targets: settled.map(({ target }) => target), said: settled.flatMap(({ said }) => said ?? []) }
}

async function refuseNoSocket(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isSocket()) return
  const why = found ? 'is no socket' : 'is not there'
  throw new BadgatewayError('TARGET_REFUSED', `The Unix socket '${path}' ${why}`, 'Write http://unix:SOCKET:/PATH.')
}

/** What is asked: the mix of the file, or the path of each URL. */
async function readMixes(
  pinned: readonly Pinned[],
  flags: LoadFlags,
  io: CommandIo,
  mistakes: Mistakes,
): Promise<RequestSpec[]> {
  const refuse = (what: string, hint: string) => mistakes.add(new BadgatewayError('USAGE', what, hint))
  const headers = readHeaders(flags.header, io.env, mistakes)
  const { mix: file } = flags
  const paths = [...new Set(pinned.map(({ target }) => target.path))]
  if (file === undefined) {
    if (paths.length > 1) refuse(`The URLs have different paths: ${paths.join(', ')}`, 'Give them one, or use --mix.')
  } else {
    for (const { url, target } of pinned) {
      if (target.path === '/') continue
      refuse(`'${maskedUrl(url)}' has a path and --mix '${file}' has its own`, 'Leave the path out of the URL.')
    }
  }
  const plain = [plainGet(paths[0] ?? '/')]
  const mix = file === undefined ? plain : await mistakes.ask(plain, () => readMix(file, io.cwd, io.env))
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
