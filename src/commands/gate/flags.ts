import { type AskedThreshold, expectKnown, type GateAsked } from '../../check/index.ts'
import { durationMs } from '../../kit/duration.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import { shellCommand } from '../../kit/shell.ts'
import type { GateFile } from '../../project/index.ts'
import { Mistakes } from '../mistakes.ts'

export interface GateFlags {
  threshold: string[]
  rate?: string
  from?: string
  most?: string
  share?: string
  spike?: string
  step?: string
  longestStep?: string
  against?: string
  engineHost?: string
  out: string
  quiet?: boolean
  json?: boolean
}

/** What is typed counts for more than what the file says; all mistakes at once. */
export function gateAskedOf(flags: GateFlags, file: GateFile): GateAsked {
  const mistakes = new Mistakes()
  const given = <T>(text: string | undefined, instead: T, read: (text: string) => T): T =>
    text === undefined ? instead : mistakes.read(instead, () => read(text))
  const rate = (option: string) => (text: string) => numberOf(option, text, [1, 100_000])
  const ms = (option: string) => (text: string) => msOf(option, text)
  const typed = flags.threshold.flatMap((text) => mistakes.read([], () => [thresholdIn(text)]))
  const thresholds = typed.length > 0 ? typed : file.thresholds
  mistakes.read(undefined, () => expectKnown(typed))
  const asked = {
    thresholds,
    ratePerS: given<number | undefined>(flags.rate, file.rate, rate('--rate')),
    fromRate: given<number | undefined>(flags.from, file.from, rate('--from')),
    mostRate: given(flags.most, file.most, rate('--most')),
    share: given(flags.share, file.share, (text) => numberOf('--share', text.replace(/\s?%$/, ''), [1, 100]) / 100),
    spikeTimes: given(flags.spike, file.spike, (text) => numberOf('--spike', text, [1.8, 100])),
    stepMs: given(flags.step, file.step, ms('--step')),
    longestStepMs: given(flags.longestStep, file.longestStep, ms('--longest-step')),
  }
  mistakes.refuse('Nothing was started.')
  return asked
}

function thresholdIn(text: string): AskedThreshold {
  const at = text.indexOf('=')
  if (at > 0) return { metric: text.slice(0, at).trim(), is: text.slice(at + 1).trim() }
  const message = `--threshold: '${text}' names no metric`
  throw new BadgatewayError('USAGE', message, "Write e.g. 'http_req_duration=p(95)<300'.")
}

function numberOf(option: string, text: string, [least, most]: readonly [number, number]): number {
  const number = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && number >= least && number <= most) return number
  throw new BadgatewayError('USAGE', `${option}: '${text}' is no number from ${least} to ${most}`, 'Leave it out.')
}

function msOf(option: string, text: string): number {
  const ms = durationMs(text)
  if (ms !== undefined && ms >= 1_000) return ms
  const message = `${option}: '${text}' is no duration of a second or more`
  throw new BadgatewayError('DURATION_INVALID', message, 'Write e.g. 5s.')
}

/** The command that gives the same gate again. */
export function repeatedGate(folder: string, flags: GateFlags): string {
  const option = (name: string, value: string | undefined) => (value === undefined ? [] : [name, value])
  return shellCommand([
    ...['npx', 'badgateway', 'gate', ...(folder === '.' ? [] : [folder])],
    ...flags.threshold.flatMap((one) => ['--threshold', one]),
    ...option('--rate', flags.rate),
    ...option('--from', flags.from),
    ...option('--most', flags.most),
    ...option('--share', flags.share),
    ...option('--spike', flags.spike),
    ...option('--step', flags.step),
    ...option('--longest-step', flags.longestStep),
    ...option('--against', flags.against),
  ])
}
