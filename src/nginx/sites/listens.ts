import type { Model } from '../knowledge/model.ts'
import { type Socket, socketOf } from '../knowledge/socket.ts'
import type { Directive } from '../read/directive.ts'

/** One `listen` of a server. */
export interface Listen {
  /** Null: the server has none, and takes port 80. */
  readonly directive: Directive | null
  /** `127.0.0.1`, `[::1]`; null: any address of its kind (`[::]` for IPv6), or a socket of the file system. */
  readonly address: string | null
  /** First and last of a range; null: a socket of the file system. */
  readonly ports: readonly [number, number] | null
  /** Path of a socket of the file system. */
  readonly path: string | null
  /** What one server says of a socket holds for all of it. */
  readonly isTls: boolean
  readonly isHttp2: boolean
  readonly isQuic: boolean
  readonly hasProxyProtocol: boolean
  /** Whether this server answers there for names that nobody has. */
  readonly isDefault: boolean
}

/** A server of http, with what it listens at. */
export interface Listening {
  readonly server: Directive
  readonly listens: readonly Listen[]
}

interface Raw {
  readonly server: Directive
  readonly directive: Directive | null
  readonly socket: Socket
  readonly key: string
  readonly words: readonly string[]
}

/** The servers of http in the order of the text, those that no `http` block is shown around too. */
export function listeningOf({ all, effects }: Model, isHttp: (server: Directive) => boolean): Listening[] {
  const servers = all.filter(
    (one) => one.name === 'server' && one.block !== null && one.parent?.name !== 'upstream' && isHttp(one),
  )
  const raws = servers.flatMap(rawsOf)
  const defaults = new Map<string, Raw>()
  const isMarked = ({ words }: Raw) => words.includes('default_server') || words.includes('default')
  for (const raw of raws) {
    const known = defaults.get(raw.key)
    if (!known || (isMarked(raw) && !isMarked(known))) defaults.set(raw.key, raw)
  }
  const shared = (key: string, word: string) => raws.some((one) => one.key === key && one.words.includes(word))
  return servers.map((server) => {
    const isOn = (name: string) => effects.inside(server, name).directives[0]?.args[0] === 'on'
    const listens = raws
      .filter((raw) => raw.server === server)
      .map(({ directive, socket, key }): Listen => {
        const isQuic = key.endsWith('quic')
        return {
          ...{ directive, address: socket.host, ports: socket.ports, path: socket.path, isQuic },
          isTls: isQuic || shared(key, 'ssl') || isOn('ssl'),
          isHttp2: shared(key, 'http2') || isOn('http2'),
          hasProxyProtocol: shared(key, 'proxy_protocol'),
          isDefault: defaults.get(key)?.server === server,
        }
      })
    return { server, listens }
  })
}

function rawsOf(server: Directive): Raw[] {
  const own = server.own('listen').map((directive) => ({ directive, args: directive.args }))
  const all = own.length > 0 ? own : [{ directive: null, args: ['80'] }]
  return all.flatMap(({ directive, args: [address = '', ...words] }) => {
    const socket = socketOf(address)
    const kind = words.includes('quic') ? 'quic' : ''
    return socket
      ? [{ server, directive, socket, words, key: `${socket.path ?? socket.host} ${socket.ports?.join('-')} ${kind}` }]
      : []
  })
}
