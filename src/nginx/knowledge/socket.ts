/** What a `listen` binds. */
export interface Socket {
  /** Whether binding the other one, too, would take requests of either to the wrong server. */
  meets(other: Socket): boolean
  /** Null: a socket of the file system, or any address. */
  readonly host: string | null
  readonly ports: readonly [number, number] | null
  readonly path: string | null
}

const any = new Set(['*', '0.0.0.0', ''])

/** Reads `127.0.0.1:8081`, `8081`, `[::]:80`, `8100-8105` or `unix:/run/a.sock`; undefined: none of these. */
export function socketOf(text: string): Socket | undefined {
  if (/^unix:\//i.test(text)) return socket({ host: null, ports: null, path: text.slice('unix:'.length) })
  const [, v6, plain = '', range] =
    /^(?:(?:\[([\da-f:.]+)\]|([\w.*-]*[a-z*.][\w.*-]*)))?(?::?(\d+(?:-\d+)?))?$/i.exec(text) ?? []
  if (text === '' || text.startsWith(':') || (v6 === undefined && plain === '' && range === undefined)) return undefined
  const [first = 80, last = first] = range === undefined ? [] : range.split('-').map(Number)
  if (first < 1 || last > 65_535 || last < first) return undefined
  const host = v6 === undefined ? plain.toLowerCase().replace(/^localhost$/, '127.0.0.1') : `[${v6.toLowerCase()}]`
  return socket({ host: any.has(host) ? null : host, ports: [first, last], path: null })
}

function socket(parts: Omit<Socket, 'meets'>): Socket {
  return { ...parts, meets: (other) => meet(parts, other) }
}

function meet(one: Omit<Socket, 'meets'>, other: Omit<Socket, 'meets'>): boolean {
  if (one.path !== null || other.path !== null) return one.path === other.path
  const [a, b] = [one.ports ?? [0, 0], other.ports ?? [0, 0]]
  if (a[0] > b[1] || b[0] > a[1]) return false
  const isSixth = (host: string | null) => host?.startsWith('[') === true
  if (one.host === other.host || one.host === '[::]' || other.host === '[::]') {
    return one.host === other.host || isSixth(one.host) === isSixth(other.host)
  }
  return (one.host === null && !isSixth(other.host)) || (other.host === null && !isSixth(one.host))
}
