import type { NewFact } from '../journal/index.ts'
import type { Service, Stack } from '../stack/index.ts'

interface Raised {
  readonly tookMs: number
  /** An earlier run was lent it. */
  readonly isUsed: boolean
  readonly isPooled: boolean
}

/** What is recorded of a stack that is up. */
export function stackReady(
  { services, runId, lacking: missing = new Set() }: Pick<Stack, 'services' | 'runId' | 'lacking'>,
  { tookMs, isUsed, isPooled }: Raised,
): NewFact {
  const lacking = [...missing]
  return {
    kind: 'stack-ready',
    tookMs,
    services: services.map(readyOf),
    ...(isUsed && { used: true }),
    ...(isPooled && { ward: runId }),
    ...(lacking.length > 0 && { lacking }),
  }
}

function readyOf({ name, containerId, image, address }: Service) {
  return { service: name, container: containerId, image, address }
}
