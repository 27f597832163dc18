import type { Directive } from '../read/directive.ts'
import type { Listen, Listening } from './listens.ts'
import { bytes, patternFits } from './pattern.ts'

/** Where a request comes in. */
export interface Where {
  /** `Host`, as a client sends it; absent: none, as in HTTP/1.0. */
  readonly host?: string | undefined
  /** Absent: 443 for TLS, else 80, and where nobody listens there the only port that there is. */
  readonly port?: number | undefined
  /** The address that is connected to, `127.0.0.1` or `[::1]`; absent: one that no `listen` names. */
  readonly address?: string | undefined
}

/** The server that Nginx takes, or why none does. */
export type ChosenServer =
  | { readonly server: Directive; readonly listen: Listen; readonly doubt?: string | undefined }
  | { readonly because: string }

export function chooseServer(servers: readonly Listening[], where: Where): ChosenServer {
  const port = where.port ?? portOf(servers)
  const at = `port ${port}${where.address === undefined ? '' : ` of ${where.address}`}`
  const bound = servers.flatMap(({ server, listens }) => {
    return listens.filter((one) => takes(one, port) && !one.isQuic).map((listen) => ({ server, listen }))
  })
  if (bound.length === 0) return { because: `no server listens at port ${port}` }
  const wanted = addressOf(
    bound.map(({ listen }) => listen),
    where.address,
  )
  if (wanted === undefined) return { because: `no server listens at ${at}` }
  const there = bound.filter(({ listen }) => listen.address === wanted.address)
  const { named, doubt } = byName(there, hostOf(where.host))
  const chosen = named ?? there.find(({ listen }) => listen.isDefault) ?? there[0]
  return chosen ? { ...chosen, doubt } : { because: `no server listens at ${at}` }
}

const takes = ({ ports }: Listen, port: number) => ports !== null && ports[0] <= port && port <= ports[1]

function portOf(servers: readonly Listening[]): number {
  const ports = [...new Set(servers.flatMap(({ listens }) => listens.flatMap(({ ports: all }) => all?.[0] ?? [])))]
  return ports.find((port) => port === 80) ?? ports.find((port) => port === 443) ?? ports[0] ?? 80
}

/** The address whose servers answer: the very one, else any. IPv4 first where nothing is asked. */
function addressOf(listens: readonly Listen[], asked: string | undefined): Pick<Listen, 'address'> | undefined {
  const has = (address: string | null) => listens.find((one) => one.address === address)
  if (asked === undefined) return has(null) ?? has('[::]') ?? listens[0]
  const sixth = listens.find(({ address, directive }) => address === '[::]' && directive?.args.includes('ipv6only=off'))
  return has(asked) ?? (asked.startsWith('[') ? has('[::]') : (has(null) ?? sixth))
}

/** Without port and last dot, in lower case (ngx_http_validate_host). */
const hostOf = (host = '') =>
  host
    .toLowerCase()
    .replace(/^(\[[^\]]*\]|[^:]*):\d*$/, '$1')
    .replace(/\.$/, '')

type Bound = { readonly server: Directive; readonly listen: Listen }

/** The exact name, the longest `*.name`, the longest `name.*`, the first expression; of equals the first. */
function byName(there: readonly Bound[], host: string): { named: Bound | undefined; doubt: string | undefined } {
  const names = there.flatMap((bound) =>
    namesOf(bound.server).map((name) => ({ bound, name, lower: name.toLowerCase() })),
  )
  const plain = names.filter(({ name }) => !name.startsWith('~'))
  const exact = plain.find(({ lower }) => lower === host || lower === `.${host}`)
  if (exact) return { named: exact.bound, doubt: undefined }
  const longest = (fits: (name: string) => boolean) =>
    plain.filter(({ lower }) => fits(lower)).toSorted((a, b) => restOf(b.lower).length - restOf(a.lower).length)[0]
      ?.bound
  const behind = longest((name) => /^\*?\../.test(name) && host.endsWith(restOf(name)) && host !== restOf(name))
  const before = behind ?? longest((name) => /.\.\*$/.test(name) && host.startsWith(restOf(name)))
  if (before) return { named: before, doubt: undefined }
  let doubt: string | undefined
  for (const { bound, name } of names.filter((one) => one.name.startsWith('~'))) {
    const fits = patternFits(name.slice(1), true, bytes(host))
    if (fits) return { named: bound, doubt }
    if (fits === undefined) doubt ??= `whether the name ${name} fits is not known here`
  }
  const own = plain.find(({ name }) => name === '$hostname')
  return { named: undefined, doubt: doubt ?? (own && 'a server has the name of the machine ($hostname)') }
}

const restOf = (name: string) => name.replace(/^\*|\*$/, '')

/** Without any it has the empty one, which those have who send none. */
export function namesOf(server: Directive): string[] {
  const names = server.own('server_name').flatMap(({ args }) => args)
  return names.length > 0 ? names : ['']
}
