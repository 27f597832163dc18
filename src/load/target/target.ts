import { lookup } from 'node:dns/promises'
import net from 'node:net'
import { networkInterfaces } from 'node:os'
import { within } from '../../kit/clock.ts'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import type { TargetSpec } from '../types.ts'
import { placeOf } from '../wire/dial.ts'
import { otherThanTls } from './diagnose.ts'
import { readTargetUrl, type TargetUrl } from './target-url.ts'
import { lookAtTls, wrongName } from './tls-look.ts'

const resolveWithinMs = 5_000
const connectWithinMs = 1_000

/** Where load may go: the address is resolved once and pinned, so that no later answer of a resolver can move it. */
export interface PinnedTarget extends TargetSpec {
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

/** What was said of certificates. */
export interface Trust {
  /** PEM. */
  ca?: string
  insecure: boolean
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
  const url = readTargetUrl(text)
  const { secure, hostname, port, host, path, socketPath, credentials } = url
  const more = {
    ...(credentials === undefined ? {} : { credentials }),
    ...(secure ? { tls: { name: hostname || host, insecure: false } } : {}),
  }
  const scheme = secure ? 'https' : 'http'
  if (socketPath !== undefined) return { target: `${scheme}://localhost`, host, path, socketPath, ...more }
  const address = await addressOf(url, allowed, machine)
  return { target: `${scheme}://${net.isIPv6(address) ? `[${address}]` : address}:${port}`, host, path, ...more }
}

/**
 * How the certificate of a pinned https target is to be looked at, and what must be said of that. On this machine one
 * that nobody vouches for is taken where no CA was named: nothing leaves the machine. TARGET_REFUSED for any other,
 * and for what is no TLS with HTTP/1.1.
 */
export async function settleTrust<Target extends TargetSpec>(
  target: Target,
  trust: Trust,
): Promise<{ target: Target; said?: string }> {
  if (!target.tls) return { target }
  const { ca, insecure } = trust
  const { name } = target.tls
  const at = (how: boolean): Target => ({
    ...target,
    tls: { name, insecure: how, ...(ca === undefined ? {} : { ca }) },
  })
  if (insecure) return { target: at(true), said: `INSECURE: whatever certificate ${name} shows is taken (--insecure)` }
  const look = await lookAtTls(at(false), ['http/1.1'])
  const other = look.kind === 'no-tls' || look.kind === 'untrusted' ? await otherThanTls(target) : undefined
  if (other) throw new BadgatewayError('TARGET_REFUSED', `'${name}': ${other}`, 'Nothing was sent.')
  if (look.kind !== 'untrusted') return { target: at(false) }
  if (ca === undefined && isHere(target, thisMachine)) {
    const why = `no trusted authority signed the certificate of ${name} (${look.reason})`
    return { target: at(true), said: `INSECURE: ${why}; it is taken, since the target is on this machine` }
  }
  const hint =
    look.reason === wrongName
      ? `It is for another name: write that one in the URL, or take any certificate with --insecure.`
      : 'Name its CA with --ca FILE, or take any certificate with --insecure.'
  throw new BadgatewayError('TARGET_REFUSED', `The certificate of '${name}' is not trusted: ${look.reason}`, hint)
}

function isHere(target: TargetSpec, machine: Machine): boolean {
  const place = placeOf(target)
  if ('path' in place) return true
  return localList(machine.addresses()).check(place.host, net.isIPv6(place.host) ? 'ipv6' : 'ipv4')
}

async function addressOf({ hostname, port, host }: TargetUrl, allowed: readonly string[], machine: Machine) {
  const found = net.isIP(hostname) ? [hostname] : await resolve(hostname, machine)
  if (!allowed.some((one) => sameHost(one, hostname))) {
    const local = localList(machine.addresses())
    const foreign = found.filter((address) => !local.check(address, net.isIPv6(address) ? 'ipv6' : 'ipv4'))
    if (foreign.length > 0) throw elsewhere(hostname, host, foreign)
  }
  const [first = hostname] = found
  // A name may stand for several addresses (localhost: ::1 and 127.0.0.1): take the one that is listened on.
  for (const candidate of found.length > 1 ? found : []) if (await machine.accepts(candidate, port)) return candidate
  return first
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

function elsewhere(hostname: string, withPort: string, foreign: readonly string[]): BadgatewayError {
  const host = withPort.replace(/:\d+$/, '')
  const where = foreign[0] === hostname ? '' : ` (${foreign.join(', ')})`
  return new BadgatewayError(
    'TARGET_REFUSED',
    `'${host}'${where} is not on this machine`,
    `Load on a site without its owner's consent is an attack. If you may: --allow-target ${host}`,
  )
}

function sameHost(allowed: string, hostname: string): boolean {
  const text = `http://${allowed.includes(':') && !allowed.startsWith('[') ? `[${allowed}]` : allowed}/`
  return URL.canParse(text) && bare(new URL(text).hostname) === hostname
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
