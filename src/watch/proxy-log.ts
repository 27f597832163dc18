import { z } from 'zod'
import { upstreamReasonOf } from '../nginx/index.ts'

/** One line of the proxy's access log, as far as this room reads it. */
const accessLine = z.object({
  /** Epoch seconds when the answer was finished. */
  t: z.coerce.number(),
  id: z.string(),
  status: z.coerce.number(),
  path: z.string(),
  upstream_addr: z.string().default(''),
  upstream_status: z.string().default(''),
})
export type AccessLine = z.output<typeof accessLine>

export function parseAccess(text: string): AccessLine | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return accessLine.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Why a request or a configuration was refused, in one word; undefined for lines that tell of no failure. */
export function reasonOfLine(text: string): string | undefined {
  return upstreamReasonOf(text) ?? (/\[emerg\]/.test(text) ? 'config-refused' : undefined)
}
