import { isIPv6 } from 'node:net'
import { ownOf } from '../../../kit/own.ts'
import type { Model, UpstreamServer } from '../../knowledge/model.ts'
import { isSeconds } from '../../knowledge/units.ts'
import type { Directive } from '../../read/directive.ts'
import type { Trapped } from '../rule.ts'

/** What stands behind `listen`, and behind `server` in a group. */
export function refusedServers(model: Model): Trapped[] {
  return [...members(model), ...listens(model), ...withoutCertificate(model)]
}

const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535

interface Wanted {
  readonly needsPort: boolean
  readonly hasPath: boolean
}

/** What Nginx says of an address that it cannot read (ngx_parse_url); names are not looked up. */
export function addressTrouble(text: string, { needsPort, hasPath }: Wanted): string | undefined {
  const say = (what: string) => `${what} in upstream "${text}"`
  if (/^unix:/i.test(text)) return /^unix:[^:]/i.test(text) ? undefined : say('no path in the unix domain socket')
  const place = hasPath ? (/^(\[[^\]]*\])?[^/?]*/.exec(text)?.[0] ?? '') : text
  if (place === '' || /^:[^:]*$/.test(place)) return say('no host')
  if (!hasPath && /[/?]/.test(place)) return say('invalid host')
  if (place.startsWith('[')) {
    const [, host = '', rest = ''] = /^\[([^\]]*)\](.*)$/.exec(place) ?? []
    if (!isIPv6(host)) return say('invalid host')
    if (rest === '') return needsPort ? say('no port') : undefined
    if (!rest.startsWith(':')) return say('invalid host')
    return isPort(rest.slice(1)) ? undefined : say('invalid port')
  }
  const at = place.indexOf(':')
  if (at < 0) return needsPort ? say('no port') : undefined
  return isPort(place.slice(at + 1)) ? undefined : say('invalid port')
}

/** Each checks its value; those of Nginx Plus are there too. */
const options: Readonly<Record<string, (value: string) => boolean>> = {
  weight: (value) => /^\d{1,9}$/.test(value) && Number(value) > 0,
  max_conns: (value) => /^\d{1,9}$/.test(value),
  max_fails: (value) => /^\d{1,9}$/.test(value),
  fail_timeout: (value) => isSeconds(value, 'sec'),
  slow_start: (value) => isSeconds(value, 'sec') || isSeconds(value, 'msec'),
  service: (value) => value !== '',
  route: (value) => value !== '',
  id: (value) => value !== '',
  sid: (value) => value !== '',
}
const switches = ['backup', 'down', 'resolve', 'drain']

function members({ upstreams }: Model): Trapped[] {
  return upstreams.flatMap(({ servers, protocol, directive: group }) => {
    const isTold = group.within('http', 'stream', 'mail') !== undefined
    return servers.flatMap((server) => {
      const says = memberTrouble(server, isTold && protocol === 'stream')
      return says === undefined ? [] : [{ directive: server.directive, says }]
    })
  })
}

function memberTrouble({ directive, address, options: own }: UpstreamServer, isStream: boolean): string | undefined {
  if (directive.args.some((text) => /\$\{[A-Z_]|\{\{|<%/.test(text))) return undefined
  if (address.startsWith('$')) return `host not found in upstream "${address}"`
  if (/^[\w.:/?[\]-]+$/.test(address)) {
    // The records of a service say the port.
    const needsPort = isStream && !own.has('service')
    const wrong = addressTrouble(address, { needsPort, hasPath: false })
    if (wrong !== undefined) return wrong
  }
  const odd = directive.args.slice(1).find((word) => {
    const [name = '', ...value] = word.split('=')
    return value.length > 0 ? ownOf(options, name)?.(value.join('=')) !== true : !switches.includes(name)
  })
  return odd === undefined ? undefined : `invalid parameter "${odd}"`
}

/** Parameters of `listen`, those of later versions too. */
const flags = new Set([
  ...['default_server', 'default', 'bind', 'deferred', 'reuseport', 'ssl', 'http2', 'quic', 'spdy', 'proxy_protocol'],
  ...['udp', 'multipath'],
])
const numbered = /^(setfib|fastopen|backlog)=-?\d+$|^(rcvbuf|sndbuf)=\d+[kmKM]?$|^accept_filter=|^ipv6only=(on|off)$/

function listens({ all }: Model): Trapped[] {
  const defaults = new Map<string, Directive>()
  const servers = all.filter(({ name, block, parent }) => name === 'server' && block && parent?.name !== 'upstream')
  return servers.flatMap((server) => {
    const seen = new Set<string>()
    return server.own('listen').flatMap((directive) => {
      const wrong = listenTrouble(directive)
      if (wrong !== undefined) return [{ directive, says: wrong }]
      const [address = '', ...rest] = directive.args
      const isMarked = rest.includes('default_server') || rest.includes('default')
      // QUIC has sockets of its own.
      const key = `${bound(address)} ${rest.includes('quic') || rest.includes('udp')}`
      const around = server.within('http', 'stream', 'mail')?.start ?? ''
      const other = isMarked ? defaults.get(`${around} ${key}`) : undefined
      const isTwice = seen.has(key)
      seen.add(key)
      if (isMarked && !other) defaults.set(`${around} ${key}`, server)
      if (isTwice) return [{ directive, says: `a duplicate listen ${address}` }]
      return other && other !== server ? [{ directive, says: `a duplicate default server for ${address}` }] : []
    })
  })
}

/** The socket that is meant: `80`, `*:80` and `0.0.0.0:80` are one. */
export function bound(address: string): string {
  if (/^unix:/i.test(address)) return address
  if (/^\d+$/.test(address)) return `0.0.0.0:${address}`
  const [, v6, port = ''] = /^\[([\da-f:.]*)\](?::(\d+))?$/i.exec(address) ?? []
  if (v6 !== undefined && isIPv6(v6)) return `${new URL(`http://[${v6}]`).hostname}:${port || '80'}`
  const whole = /:\d+$/.test(address) ? address : `${address}:80`
  return whole.replace(/^\*:/, '0.0.0.0:').toLowerCase()
}

function listenTrouble({ args }: Directive): string | undefined {
  const [address = '', ...rest] = args
  if (args.length === 0 || args.some((text) => /\$\{[A-Z_]|\{\{|<%/.test(text))) return undefined
  const say = (what: string) => `${what} in "${address}" of the "listen" directive`
  if (address.startsWith('$')) return say('host not found')
  if (address === 'unix:') return say('no path in the unix domain socket')
  if (/^https?:\/\//i.test(address)) return say('invalid host')
  const port = /^unix:/i.test(address)
    ? undefined
    : /^\d+$/.test(address)
      ? address
      : /[^:\]]:(\d+)$/.exec(address)?.[1]
  // Several ports at once: 1.15.10 and later.
  if (port !== undefined && !isPort(port)) return say('invalid port')
  const odd = rest.find((word) => !flags.has(word) && !numbered.test(word) && !word.startsWith('so_keepalive='))
  return odd === undefined ? undefined : `invalid parameter "${odd}"`
}

/** TLS on a socket where no server has a certificate. */
function withoutCertificate({ all, effects }: Model): Trapped[] {
  const sockets = new Map<string, { listen: Directive; isServed: boolean }>()
  for (const server of all) {
    if (server.name !== 'server' || !server.block || server.parent?.name === 'upstream') continue
    const [first] = server.block
    const certificate = first && effects.at(first, 'ssl_certificate')
    const refuses =
      server.own('ssl_reject_handshake').length > 0 || effects.at(server, 'ssl_reject_handshake').directives.length > 0
    const isServed = !certificate?.isSure || certificate.directives.length > 0 || refuses
    for (const listen of server.own('listen')) {
      if (!listen.args.includes('ssl') && !listen.args.includes('quic')) continue
      const key = `${server.within('http', 'stream', 'mail')?.start ?? ''} ${bound(listen.args[0] ?? '')}`
      const known = sockets.get(key)
      sockets.set(key, { listen: known?.listen ?? listen, isServed: isServed || known?.isServed === true })
    }
  }
  return [...sockets.values()].flatMap(({ listen, isServed }) => {
    const how = listen.args.includes('quic') ? 'quic' : 'ssl'
    const says = `no "ssl_certificate" is defined for the "listen ... ${how}" directive`
    return isServed ? [] : [{ directive: listen, says }]
  })
}
