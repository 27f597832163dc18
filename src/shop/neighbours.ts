/** Linux asks so often for the hardware address of a neighbour before it gives up. */
const probes = 3

/** Seconds for which a hardware address that may be out of date is used before it is asked for: the least there is. */
const doubt = '1'

/**
 * How long a container asks for a server whose container is down, ms, before a connection to it fails with "No route to
 * host": it has no hardware address then. Linux takes 3 s, and for half a minute it goes on sending to the address that
 * it knew, where nobody is; a router in a real network takes less. For both of its interfaces.
 */
export function neighbourSysctls(lostMs: number | undefined): { sysctls?: Record<string, string> } {
  if (lostMs === undefined) return {}
  const settings = [
    ['retrans_time_ms', String(Math.ceil(lostMs / probes))],
    ['base_reachable_time_ms', String(lostMs)],
    ['delay_first_probe_time', doubt],
  ] as const
  const devices = ['eth0', 'eth1']
  const all = devices.flatMap((device) => settings.map(([name, value]) => [`net.ipv4.neigh.${device}.${name}`, value]))
  return { sysctls: Object.fromEntries(all) }
}
