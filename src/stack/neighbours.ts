/** Linux asks so often for the hardware address of a neighbour before it gives up. */
const probes = 3

/**
 * How long a container asks for a server whose container is down, ms, before a connection to it fails with "No route to
 * host": it has no hardware address then. Linux takes 3 s, a router in a real network less. For both of its interfaces.
 */
export function neighbourSysctls(lostMs: number | undefined): { sysctls?: Record<string, string> } {
  if (lostMs === undefined) return {}
  const eachMs = String(Math.ceil(lostMs / probes))
  const names = ['eth0', 'eth1'].map((device) => `net.ipv4.neigh.${device}.retrans_time_ms`)
  return { sysctls: Object.fromEntries(names.map((name) => [name, eachMs])) }
}
