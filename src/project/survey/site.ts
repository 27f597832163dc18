import type { Directive, Listen, Site } from '../../nginx/index.ts'

/** One port that a `server` block listens at, open to users or not. */
export interface Listener {
  readonly site: Site
  readonly port: number
  readonly listen: Listen
  readonly isLoopback: boolean
}

/** Where the servers of http listen. Unix sockets and QUIC are not ways that our users can take. */
export function listenersOf(sites: readonly Site[]): Listener[] {
  return sites.flatMap((site) =>
    site.listens.flatMap((listen) => {
      const port = listen.ports?.[0]
      const isLoopback = /^(127\.|\[::1\])/.test(listen.address ?? '')
      return port === undefined || listen.isQuic ? [] : [{ site, port, listen, isLoopback }]
    }),
  )
}

/** A name that users can ask a `server` block by. */
export interface Name {
  /** Undefined: whatever they ask by, it answers. */
  readonly host?: string
  readonly guessed: boolean
  readonly because: string
}

export function nameOf({ site: { names }, listen: { isDefault } }: Listener): Name | undefined {
  const concrete = names.find((name) => /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(name))
  if (concrete !== undefined) return { host: concrete, guessed: false, because: `server_name ${concrete}` }
  if (isDefault) return { guessed: false, because: 'this server answers whatever the host is' }
  const open = names.find((name) => /^\*?\.[a-z0-9.-]+$/i.test(name))
  if (open === undefined) return undefined
  const host = open.startsWith('*') ? `www${open.slice(1)}` : open.slice(1)
  return { host, guessed: true, because: `server_name ${open} takes it` }
}

/** A server that only sends users to another one. */
export function isRedirect({ server }: Site): boolean {
  const sendsAway = (one: Directive) => /^(https?:|\$scheme)/.test(one.args.at(-1) ?? '') && one.args.length > 0
  const returns = [server, ...server.own('if')].flatMap((block) => [...block.own('return'), ...block.own('rewrite')])
  return returns.some(sendsAway)
}
