import type { NewFact } from '../journal/index.ts'
import type { Service, Stack } from '../stack/index.ts'

interface Raised {
  readonly tookMs: number
  /** An earlier run was lent it. */
  readonly isUsed: boolean
  /** Why the one that was lent before is gone; undefined: it is this one, or there was none. */
  readonly anew?: string | undefined
  readonly isPooled: boolean
}

/** What is recorded of a stack that is up. */
export function stackReady(
  { services, runId, lacking: missing = new Set() }: Pick<Stack, 'services' | 'runId' | 'lacking'>,
  { tookMs, isUsed, anew, isPooled }: Raised,
): NewFact {
  const lacking = [...missing]
  return {
    kind: 'stack-ready',
    tookMs,
    services: services.map(readyOf),
    ...(isUsed && { used: true }),
    ...(anew !== undefined && { anew }),
    ...(isPooled && { ward: runId }),
    ...(lacking.length > 0 && { lacking }),
  }
}

function readyOf({ name, containerId, image, address }: Service) {
  return { service: name, container: containerId, image, address }
}
