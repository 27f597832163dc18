import { upstreamReasonOf } from '../nginx/index.ts'

/** Why a request or a configuration was refused, in one word; undefined for lines that tell of no failure. */
export function reasonOfLine(text: string): string | undefined {
  return upstreamReasonOf(text) ?? (/\[emerg\]/.test(text) ? 'config-refused' : undefined)
}
