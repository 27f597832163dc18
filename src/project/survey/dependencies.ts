import type { ContainerFacts } from '../facts.ts'
import type { Book } from './book.ts'
import { Names } from './names.ts'
import { imageName } from './proxy.ts'

interface Sort {
  readonly kind: string
  readonly image: RegExp
  readonly program: RegExp
  readonly port: number
}

const sort = (kind: string, port: number, image: RegExp, program: RegExp = image): Sort => ({
  kind,
  image,
  program,
  port,
})

/** What servers depend on, told by image, program or port. */
const sorts: readonly Sort[] = [
  sort('postgres', 5432, /postgres|postgis|timescale|pgvector|cockroach/, /^(postgres|postmaster|cockroach)$/),
  sort('pgbouncer', 6432, /pgbouncer|pgpool/),
  sort('mysql', 3306, /mysql|mariadb|percona/, /^(mysqld|mariadbd|mysqld_safe)$/),
  sort('redis', 6379, /redis|valkey|keydb|dragonfly/, /^(redis-server|valkey-server|keydb-server|dragonfly)$/),
  sort('memcached', 11_211, /memcached/),
  sort('mongo', 27_017, /mongo|ferretdb/, /^(mongod|mongos)$/),
  sort('rabbitmq', 5672, /rabbitmq|lavinmq/, /^(rabbitmq-server|beam\.smp)$/),
  sort('kafka', 9092, /kafka|redpanda/),
  sort('zookeeper', 2181, /zookeeper/),
  sort('nats', 4222, /^nats/, /^nats-server$/),
  sort('elasticsearch', 9200, /elasticsearch|opensearch/),
  sort('meilisearch', 7700, /meilisearch|typesense/),
  sort('solr', 8983, /solr/),
  sort('clickhouse', 8123, /clickhouse/),
  sort('cassandra', 9042, /cassandra|scylla/),
  sort('minio', 9000, /minio/),
  sort('mssql', 1433, /mssql/, /^sqlservr$/),
  sort('influxdb', 8086, /influxdb/, /^influxd$/),
  sort('etcd', 2379, /^etcd/),
  sort('consul', 8500, /consul/),
  sort('vault', 8200, /^vault/),
  sort('mail', 1025, /mailhog|mailpit|maildev|smtp4dev/),
]
/** What has a database's name and is none. */
const companion = /exporter|admin|adminer|express|commander|insight|backup|migrat|ui$|gui|dashboard|console|kibana/

export interface Dependency {
  readonly name: string
  readonly service: string
  readonly kind: string
  readonly port: number | undefined
  /** Names of groups. */
  readonly of: readonly string[]
}

interface Users {
  readonly name: string
  readonly containers: readonly ContainerFacts[]
}

/** Services that the groups need: by what they are, and by who names them in its environment. */
export function dependenciesOf(
  all: readonly ContainerFacts[],
  groups: readonly Users[],
  used: ReadonlySet<string>,
  book: Book,
): Dependency[] {
  const users = groups.map(({ name, containers }) => ({ name, says: mentions(containers, all) }))
  const services = [...new Map(all.map((one) => [one.service, one])).values()]
  return services
    .filter(({ service }) => !used.has(service))
    .flatMap((one) => {
      const found = sortOf(one)
      const named = users.flatMap(({ name, says }) => {
        const because = says.get(one.service)
        return because === undefined ? [] : [{ name, because }]
      })
      const [first] = named
      if (!found && !first) return []
      const path = ['dependencies', one.service]
      if (found) book[found.isSure ? 'knows' : 'guesses']([...path, 'kind'], found.because)
      else book.guesses([...path, 'kind'], 'nothing tells what it is')
      const port = found?.port ?? one.ports[0]
      const near = first ? named.map(({ name }) => name) : reaching(one, groups)
      if (first) book.knows([...path, 'of'], first.because)
      else if (near.length > 0) book.guesses([...path, 'of'], 'they share a network; no variable names it')
      return [{ name: one.service, service: one.service, kind: found?.kind ?? 'service', port, of: near }]
    })
}

function sortOf(one: ContainerFacts): { kind: string; port: number; because: string; isSure: boolean } | undefined {
  const image = imageName(one.image)
  if (companion.test(image)) return undefined
  const programs = [one.mainProcess.join(' '), ...one.processes].map(
    (line) => /^(?:\S*\/)?([\w.-]+)/.exec(line)?.[1] ?? '',
  )
  const byImage = sorts.find((each) => each.image.test(image))
  const byProgram = sorts.find((each) => programs.some((program) => each.program.test(program)))
  const byPort = sorts.find(({ port }) => port !== 9000 && one.ports.includes(port))
  const known = byProgram ?? byImage
  const found = known ?? byPort
  if (!found) return undefined
  const because = byProgram
    ? `it runs ${found.kind}`
    : byImage
      ? `its image is ${one.image}`
      : `it has port ${found.port}`
  const port = known && one.ports.length === 1 ? (one.ports[0] ?? found.port) : found.port
  return { kind: found.kind, port, because, isSure: known !== undefined }
}

const wordShape = /[a-z0-9][a-z0-9_.-]*/gi

/** Services that a group names in its variables or in what Compose starts before it, and how. */
function mentions(containers: readonly ContainerFacts[], all: readonly ContainerFacts[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const one of containers) {
    const names = new Names(all, one)
    for (const [name, value] of Object.entries(one.env)) {
      // Of a URL the host alone: a user or a database can be called as a service is.
      for (const host of hostsIn(value.slice(0, 4_096))) {
        for (const { service } of names.resolve(host)?.containers ?? []) {
          if (service !== one.service && !found.has(service)) found.set(service, `${one.service} has it in ${name}`)
        }
      }
    }
    for (const word of (one.labels['com.docker.compose.depends_on'] ?? '').split(',')) {
      const [service = ''] = word.split(':')
      const isThere = all.some((other) => other.service === service)
      if (isThere && !found.has(service)) found.set(service, `${one.service} depends_on it`)
    }
  }
  return found
}

/** Hosts in `redis://:x@cache:6379/0`, `cache:6379`, `cache`, `a:9092,b:9092`, `host=db port=5432`, `tcp(db:3306)`. */
function hostsIn(value: string): string[] {
  const urls = [...value.matchAll(/\b[a-z][a-z0-9+.-]*:\/\/([^/\s?#"']+)/gi)].flatMap(([, authority = '']) =>
    authority.slice(authority.lastIndexOf('@') + 1).split(','),
  )
  const pairs = [...value.matchAll(/\b(?:host|server|data source)\s*=\s*([^\s;,]+)/gi)].map(([, host = '']) => host)
  const dsn = [...value.matchAll(/\((\S+?)\)/g)].map(([, host = '']) => host)
  const plain = /^[\w.,:-]+$/.test(value) ? value.split(',') : []
  return [...urls, ...pairs, ...dsn, ...plain].flatMap(
    (one) => one.replace(/:\d+$/, '').match(wordShape)?.slice(0, 1) ?? [],
  )
}

/** Groups that stand on a network with it. */
function reaching(one: ContainerFacts, groups: readonly Users[]): string[] {
  const own = new Set(one.networks.map(({ name }) => name))
  const shares = ({ networks }: ContainerFacts) => networks.some(({ name }) => own.has(name))
  return groups.filter(({ containers }) => containers.some(shares)).map(({ name }) => name)
}
