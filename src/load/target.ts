import { lookup } from 'node:dns/promises'
import net from 'node:net'
import { networkInterfaces } from 'node:os'
import { within } from '../kit/clock.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'

const resolveWithinMs = 5_000
const connectWithinMs = 1_000

/** Where load may go: the address is resolved once and pinned, so that no later answer of a resolver can move it. */
export interface PinnedTarget {
  /** `http://<address>:<port>` */
  target: string
  /** The Host header that the user's URL means. */
  host: string
  /** Path and query of the user's URL. */
  path: string
}

/** What is asked of the machine; replaced in tests. */
export interface Machine {
  resolve(host: string): Promise<string[]>
  addresses(): string[]
  accepts(address: string, port: number): Promise<boolean>
}

export const thisMachine: Machine = {
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  addresses: () => Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)),
  accepts,
}

/**
 * Reads a URL and makes sure that it means this machine, or a host that `allowed` names. USAGE for what is no URL,
 * TARGET_REFUSED for what is elsewhere or cannot be resolved.
 */
export async function pinTarget(
  text: string,
  allowed: readonly string[],
  machine: Machine = thisMachine,
): Promise<PinnedTarget> {
  const url = readUrl(text)
  const name = bare(url.hostname)
  const found = net.isIP(name) ? [name] : await resolve(name, machine)
  if (!allowed.some((host) => sameHost(host, url.hostname))) {
    const local = localList(machine.addresses())
    const foreign = found.filter((address) => !local.check(address, net.isIPv6(address) ? 'ipv6' : 'ipv4'))
    if (foreign.length > 0) throw elsewhere(url.hostname, foreign)
  }
  const port = Number(url.port || 80)
  const [first = name] = found
  let address = first
  // A name may stand for several addresses (localhost: ::1 and 127.0.0.1): take the one that is listened on.
  for (const candidate of found.length > 1 ? found : []) {
    if (await machine.accepts(candidate, port)) {
      address = candidate
      break
    }
  }
  return {
    target: `http://${net.isIPv6(address) ? `[${address}]` : address}:${port}`,
    host: url.host,
    path: `${url.pathname}${url.search}`,
  }
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' && url.hostname && !url.username && !url.password) return url
  throw new BadgatewayError(
    'USAGE',
    `'${text}' is no URL to send load to`,
    'Write http://HOST:PORT/PATH, without user and password; https is not spoken.',
  )
}

async function resolve(name: string, machine: Machine): Promise<string[]> {
  const found = await within(resolveWithinMs, `Resolving ${name}`, machine.resolve(name)).catch((thrown: unknown) => {
    throw new BadgatewayError('TARGET_REFUSED', `'${name}' cannot be resolved: ${reasonOf(thrown)}`, 'Check the name.')
  })
  if (found.length > 0) return found
  throw new BadgatewayError('TARGET_REFUSED', `'${name}' has no address`, 'Check the name.')
}

function localList(addresses: readonly string[]): net.BlockList {
  const list = new net.BlockList()
  list.addSubnet('127.0.0.0', 8, 'ipv4')
  list.addAddress('0.0.0.0', 'ipv4')
  list.addAddress('::1', 'ipv6')
  list.addAddress('::', 'ipv6')
  for (const address of addresses) {
    const plain = address.replace(/%.*$/, '')
    if (net.isIP(plain)) list.addAddress(plain, net.isIPv6(plain) ? 'ipv6' : 'ipv4')
  }
  return list
}

function elsewhere(host: string, foreign: readonly string[]): BadgatewayError {
  const where = foreign[0] === bare(host) ? '' : ` (${foreign.join(', ')})`
  return new BadgatewayError(
    'TARGET_REFUSED',
    `'${host}'${where} is not on this machine`,
    `Load is an attack on whoever did not ask for it. If you may: --allow-target ${host}`,
  )
}

function sameHost(allowed: string, hostname: string): boolean {
  const text = `http://${allowed.includes(':') && !allowed.startsWith('[') ? `[${allowed}]` : allowed}/`
  return URL.canParse(text) && new URL(text).hostname === hostname
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((tell) => {
    const socket = net.connect({ host, port, timeout: connectWithinMs })
    const done = (yes: boolean) => {
      socket.destroy()
      tell(yes)
    }
    socket.once('connect', () => done(true))
    socket.once('timeout', () => done(false))
    socket.once('error', () => done(false))
  })
}
