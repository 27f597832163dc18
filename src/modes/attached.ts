import type { FaultSpec } from '../faults/index.ts'
import type { OwnSpec } from '../kit/kind.ts'
import type { StackDescription } from '../stack/index.ts'
import type { Target } from './mode.ts'

const copy = 'on a copy it applies: leave out --attach'

/** Faults that leave a container what it is, and whose undo needs nothing but its id. */
const harmless: readonly string[] = ['cpu-limit', 'interpose', 'name-lookup', 'packet-filter', 'traffic-spike']

/**
 * Why a fault cannot be taken back exactly where the containers are somebody else's, and what would make it apply;
 * undefined: it can, or they are a copy of ours. Pure.
 */
export function notAttached(
  { attached, proxy }: Pick<StackDescription, 'attached' | 'proxy'>,
  { services }: Pick<Target, 'services'>,
  fault: FaultSpec | OwnSpec,
): string | undefined {
  if (!attached || harmless.includes(fault.kind)) return undefined
  const how = 'how' in fault ? fault.how : undefined
  if (fault.kind === 'container' && how === 'pause') return undefined
  if (fault.kind === 'container' && how === 'recreate') {
    return `another container would take the place of one that we did not start; ${copy}`
  }
  const isEnding =
    fault.kind === 'container' ||
    fault.kind === 'memory-limit' ||
    (fault.kind === 'backend-offline' && how === 'container')
  if (!isEnding) return `it changes files or data of a container that we did not start; ${copy}`
  const ephemeral = services.find((name) => attached.ephemeral.includes(name))
  if (ephemeral !== undefined)
    return `the engine removes ${ephemeral} when it ends (AutoRemove); without that it applies`
  const unlimited = fault.kind === 'memory-limit' && services.find((name) => attached.unlimited.includes(name))
  if (unlimited) {
    return `${unlimited} has no memory limit, and the engine would not take one away again; with a limit it applies`
  }
  if (attached.siteMoves && services.includes(proxy.service)) {
    const why = `the engine would publish ${proxy.service} on another port at its next start`
    return `${why}; on a port of your choice it applies`
  }
  return undefined
}
