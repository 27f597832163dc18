import { durationMs } from '../kit/duration.ts'
import { BadgatewayError } from '../kit/errors.ts'

/** Of an option that may be repeated. */
export const collect = (value: string, before: readonly string[]): string[] => [...before, value]

/** The option of whoever judges again what own kinds were a part of. */
export const kindsOption = [
  '--kinds <file>',
  'run this file: it defines the kinds that the scenario brought along (may be repeated)',
] as const

/** The option of whatever starts something, or would. */
export const strictOption = ['--strict', 'what a file seems to prove and does not is an error, exit code 64'] as const

/** `--time-scale`: real ms that one minute of the incident takes. DURATION_INVALID when it is none of these. */
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

/** What `--attach` means, of every command that has it. */
export const attachWhat = 'containers that run: a Compose project, or label=KEY[=VALUE]; none is removed or replaced'
