/** What the kernel has counted for one container's network since it began. */
export interface PacketCounts {
  packets: number
  /** Errors and drops of its interfaces. */
  lost: number
  segmentsSent: number
  /** Of connections that stood: whoever knocks at a server that is down knocks again too, and loses nothing. */
  retransmitted: number
  /** Segments with a wrong checksum or otherwise no good. */
  damaged: number
  /** Packets that no route was found for. */
  unroutable: number
}

export interface Route {
  device: string
  network: number
  mask: number
  /** 0: on the link itself. */
  gateway: number
}

/** The narrowest first, and the neighbours whose hardware address is known. */
export interface Routes {
  routes: Route[]
  neighbours: Set<string>
}

/** State of a socket in `/proc/net/tcp` that waits for connections. */
const listenState = '0A'

/** From `/proc/net/tcp` and `tcp6`. */
export function listensIn(output: string, port: number): boolean {
  const own = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return output.split('\n').some((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/)
    return local.endsWith(own) && state === listenState
  })
}

/** Ports that are listened on for others, the lowest first: the loopback's are nobody's but their own. */
export function listenedIn(output: string): number[] {
  const ports = output.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/)
    const [host = '', port = ''] = local.split(':')
    // As it lies in memory, so 127 comes last; of IPv6 it is ::1, or the same behind ::ffff:.
    const isOwn = host.endsWith('7F') ? host.length === 8 || host.includes('FFFF') : /^0{24}01000000$/.test(host)
    return state === listenState && !isOwn ? [Number.parseInt(port, 16)] : []
  })
  return [...new Set(ports)].sort((a, b) => a - b)
}

/** From `/proc/net/dev`, `snmp` and `netstat`. */
export function packetsIn(output: string): PacketCounts {
  const devices = [...output.matchAll(/^\s*(?!lo:)([\w.-]+):((?:\s+\d+){16})\s*$/gm)].map(([, , figures = '']) => {
    return figures.trim().split(/\s+/).map(Number)
  })
  const sum = (...columns: number[]) =>
    devices.reduce((total, row) => total + columns.reduce((some, column) => some + (row[column] ?? 0), 0), 0)
  const [ip, tcp, more] = [snmp(output, 'Ip'), snmp(output, 'Tcp'), snmp(output, 'TcpExt')]
  return {
    packets: sum(1, 9),
    lost: sum(2, 3, 10, 11),
    segmentsSent: tcp('OutSegs'),
    retransmitted: tcp('RetransSegs') - more('TCPSynRetrans'),
    damaged: tcp('InErrs') + tcp('InCsumErrors'),
    unroutable: ip('OutNoRoutes'),
  }
}

/** A pair of lines: the names, then the figures. */
function snmp(text: string, protocol: string): (name: string) => number {
  const [names = '', figures = ''] = text.split('\n').filter((line) => line.startsWith(`${protocol}: `))
  const values = figures.split(' ')
  const places = names.split(' ')
  return (name) => Number(values[places.indexOf(name)] ?? 0)
}

/** From `/proc/net/route` and `arp`. */
export function routesIn(output: string): Routes {
  const hex = '([0-9A-F]{8})'
  const line = new RegExp(`^(\\S+)\\s+${hex}\\s+${hex}\\s+[0-9A-F]{4}\\s+\\d+\\s+\\d+\\s+\\d+\\s+${hex}`, 'gm')
  const routes = [...output.matchAll(line)].map(([, device = '', network = '', gateway = '', mask = '']) => {
    return { device, network: hostOrder(network), mask: hostOrder(mask), gateway: hostOrder(gateway) }
  })
  const complete = /^(\d+\.\d+\.\d+\.\d+)\s+0x1\s+0x[2-9a-f]\s/gm
  const neighbours = new Set([...output.matchAll(complete)].map(([, address = '']) => address))
  return { routes: routes.sort((a, b) => b.mask - a.mask), neighbours }
}

/** The kernel writes addresses as they lie in memory: the last byte first. */
function hostOrder(hex: string): number {
  return Number.parseInt((hex.match(/../g) ?? []).reverse().join(''), 16)
}

/** The route that a packet to this address takes. */
export function routeTo(routes: readonly Route[], address: string): Route | undefined {
  const number = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0)
  // `>>> 0`, because & gives a signed number.
  return routes.find(({ network, mask }) => (number & mask) >>> 0 === network)
}
