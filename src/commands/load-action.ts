import { realClock } from '../kit/clock.ts'
import { BadgatewayError, type ExitCode, exitCodes } from '../kit/errors.ts'
import { inert, inertJson } from '../kit/inert.ts'
import {
  type LoadSample,
  type LoadSummary,
  type PinnedTarget,
  pinTarget,
  type RequestSpec,
  startPressure,
  startUsers,
} from '../load/index.ts'
import type { CommandIo } from './io.ts'
import { type LoadFlags, type LoadOrder, readMix, readOrder } from './load-flags.ts'
import { doubtsOf, loadJson, loadText } from './load-output.ts'

/** What is open at the end may still take its timeout; a little more for the last of it to be counted. */
const drainBeyondTimeoutMs = 500
const drainWhenInterruptedMs = 1_000
/** Room for every request of a timeout's length to be open at once, within what a machine has ports for. */
const openAtLeast = 2_000
const openAtMost = 20_000

/** Measures, prints, and gives the exit code: 0 when the figures can be trusted, 2 when the generator was too slow. */
export async function loadAction(url: string, flags: LoadFlags, io: CommandIo): Promise<ExitCode> {
  const order = readOrder(flags)
  const target = await pinTarget(url, flags.allowTarget)
  if (flags.mix !== undefined && target.path !== '/') {
    throw new BadgatewayError('USAGE', `'${url}' has a path and --mix has its own`, 'Leave the path out of the URL.')
  }
  const mix = flags.mix === undefined ? [plainGet(target.path)] : await readMix(flags.mix, io.cwd)
  const { summary, samples, interrupted } = await measure(order, target, mix, io)
  io.out(flags.json ? `${inertJson(loadJson(summary))}\n` : loadText(inert(url), summary))
  const doubts = doubtsOf(summary, samples, interrupted)
  for (const doubt of doubts) io.err(`badgateway: ${inert(doubt)}\n`)
  return doubts.length === 0 ? exitCodes.pass : exitCodes.inconclusive
}

interface Measurement {
  summary: LoadSummary
  samples: LoadSample[]
  interrupted: boolean
}

async function measure(
  order: LoadOrder,
  { target, host }: PinnedTarget,
  mix: RequestSpec[],
  io: CommandIo,
): Promise<Measurement> {
  const end = new AbortController()
  const samples: LoadSample[] = []
  let interrupted = false
  let broken: Error | undefined
  const quiet = io.onInterrupt(() => {
    interrupted = true
    end.abort()
  })
  try {
    const load = await start(order, mix, {
      target,
      host,
      idPrefix: `load-${Date.now().toString(36)}`,
      forMs: order.forMs,
      onSample: (sample) => samples.push(sample),
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
  }
}

function start(order: LoadOrder, mix: RequestSpec[], options: Parameters<typeof startUsers>[1]) {
  const { ratePerS, timeoutMs: timeout, users, connections } = order
  if (connections !== undefined) {
    return startPressure({ connections, timeout, mix, ...(ratePerS === undefined ? {} : { ratePerS }) }, options)
  }
  const rate = ratePerS ?? 0
  const maxOpen = Math.min(Math.max(openAtLeast, Math.ceil((rate * timeout) / 1_000) + 1), openAtMost)
  return startUsers({ ratePerS: rate, stages: [], users, timeout, maxOpen, mix }, options)
}

function plainGet(path: string): RequestSpec {
  return { weight: 1, method: 'GET', path }
}
