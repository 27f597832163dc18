import type { Directive } from '../../nginx/index.ts'

/** One address that a `server` block listens on. */
export interface Listener {
  readonly server: Directive
  /** From 0, in the order of the configuration. */
  readonly at: number
  readonly port: number
  readonly tls: boolean
  readonly isDefault: boolean
  readonly isLoopback: boolean
  readonly proxyProtocol: boolean
}

/** Where the `server` blocks of `http` listen. Unix sockets and QUIC are not ways that our users can take. */
export function listenersOf(all: readonly Directive[]): Listener[] {
  const servers = all.filter(({ name, block, parent }) => name === 'server' && block && parent?.name !== 'upstream')
  const found = servers.filter(isHttp).flatMap((server, at) => {
    const listens = server.own('listen')
    const own = listens.map((listen) => listenerOf(listen.args, server, at)).filter((one) => one !== undefined)
    if (listens.length > 0) return own
    return listenerOf(['80'], server, at) ?? []
  })
  return found.map((one) => ({ ...one, isDefault: one.isDefault || isFirst(one, found) }))
}

const isHttp = (server: Directive) =>
  server.within('stream', 'mail') === undefined && !(server.has('proxy_pass') && !server.has('location'))

/** Without `default_server` the first one of a port is asked for what nobody else is called. */
const isFirst = (one: Listener, all: readonly Listener[]) =>
  !all.some(({ port, isDefault }) => port === one.port && isDefault) &&
  all.find(({ port }) => port === one.port)?.server === one.server

function listenerOf(args: readonly string[], server: Directive, at: number): Listener | undefined {
  const [address = '', ...options] = args
  if (address.startsWith('unix:') || options.includes('quic')) return undefined
  const [, host = '', said] = /^(?:(.*):)?(\d{1,5})$/.exec(address) ?? [undefined, address, '80']
  const port = Number(said)
  if (!(port > 0 && port < 65_536)) return undefined
  return {
    server,
    at,
    port,
    tls: options.includes('ssl') || server.own('ssl').some(({ args: [first] }) => first === 'on'),
    isDefault: options.includes('default_server') || options.includes('default'),
    isLoopback: /^(127\.|localhost$|\[::1\])/.test(host),
    proxyProtocol: options.includes('proxy_protocol'),
  }
}

/** A name that users can ask a `server` block by. */
export interface Name {
  /** Undefined: whatever they ask by, it answers. */
  readonly host?: string
  readonly guessed: boolean
  readonly because: string
}

export function nameOf({ server, isDefault }: Listener): Name | undefined {
  const names = server.own('server_name').flatMap(({ args }) => args)
  const concrete = names.find((name) => /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(name))
  if (concrete !== undefined) return { host: concrete, guessed: false, because: `server_name ${concrete}` }
  if (isDefault) return { guessed: false, because: 'this server answers whatever the host is' }
  const open = names.find((name) => /^\*?\.[a-z0-9.-]+$/i.test(name))
  if (open === undefined) return undefined
  const host = open.startsWith('*') ? `www${open.slice(1)}` : open.slice(1)
  return { host, guessed: true, because: `server_name ${open} takes it` }
}

/** A server that only sends users to another one. */
export function isRedirect(server: Directive): boolean {
  const sendsAway = (one: Directive) => /^(https?:|\$scheme)/.test(one.args.at(-1) ?? '') && one.args.length > 0
  const returns = [server, ...server.own('if')].flatMap((block) => [...block.own('return'), ...block.own('rewrite')])
  return returns.some(sendsAway)
}
