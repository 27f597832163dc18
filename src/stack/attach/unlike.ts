import { isGone } from '../../engine/index.ts'
import type { Inspected } from './recreate.ts'

/** How a container of somebody else's is not what it was, in words; empty: it is. Pure. */
export function unlike(name: string, before: Inspected, now: Inspected): string[] {
  const [then, today] = [partsOf(before), partsOf(now)]
  return Object.entries(then).flatMap(([part, was]) => {
    const is = today[part]
    return was === is ? [] : [`${name}: ${part} was ${was}, and is ${is}`]
  })
}

/** The same of all of them, as the engine tells it now. */
export async function unlikeNow(
  looks: readonly { name: string; before: Inspected; look: () => Promise<Inspected> }[],
): Promise<string[]> {
  const found = await Promise.all(
    looks.map(async ({ name, before, look }) => {
      const now = await look().catch((thrown: unknown) => {
        if (!isGone(thrown)) throw thrown
        return undefined
      })
      return now ? unlike(name, before, now) : [`${name}: its container is gone`]
    }),
  )
  return found.flat()
}

/** What a run could have changed of it. That no fault has made a policy start it is its owner's business. */
function partsOf({ State: state, HostConfig: host, NetworkSettings: settings }: Inspected): Record<string, string> {
  return {
    state: state.Paused ? 'paused' : state.Running ? 'running' : 'ended',
    'memory limit': `${host.Memory ?? 0}`,
    'limit of memory and swap': `${host.MemorySwap ?? 0}`,
    'share of the cores': coresOf(host),
    'restart policy': host.RestartPolicy?.Name || 'no',
    networks: Object.keys(settings.Networks).toSorted().join(', '),
  }
}

/** An engine writes the limit that it has taken away as -1. */
function coresOf({
  NanoCpus: billionths,
  CpuQuota: quota = 0,
  CpuPeriod: period = 0,
}: Inspected['HostConfig']): string {
  if (billionths) return `${billionths / 1e9} cores`
  return quota > 0 ? `${quota} us of ${period}` : 'all'
}
