import { z } from 'zod'

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

/** Why a request failed, by what Nginx writes: errno numbers, since texts differ between C libraries. */
const reasons: readonly (readonly [string, RegExp])[] = [
  ['connect-refused', /connect\(\) .*failed \(111:/],
  ['connect-timeout', /upstream timed out .*while connecting to upstream/],
  ['host-unreachable', /connect\(\) .*failed \((113|101):/],
  ['no-live-upstreams', /no live upstreams while connecting/],
  ['read-timeout', /upstream timed out .*while reading/],
  ['premature-close', /upstream prematurely closed/],
  ['reset', /failed \(104:/],
  ['header-too-big', /upstream sent too big header/],
  ['invalid-header', /upstream sent (invalid|no valid)/],
  ['config-refused', /\[emerg\]/],
]

/** Undefined for lines that tell of no failure. */
export function reasonOfLine(text: string): string | undefined {
  if (!/\[(error|crit|alert|emerg|warn)\]/.test(text)) return undefined
  return reasons.find(([, pattern]) => pattern.test(text))?.[0]
}
