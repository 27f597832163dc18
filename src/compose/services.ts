import {
  type DocumentMount,
  type DocumentPort,
  type DocumentService,
  type DocumentVolume,
  dollarsRead,
  pairsOf,
} from './document.ts'
import type { ComposeMount, ComposePort, ComposeService } from './project.ts'

/** A service as data: variables resolved, short forms spelled out. */
export function serviceOf(name: string, given: DocumentService): ComposeService {
  const { build } = given
  const context = typeof build === 'string' ? build : build?.context
  const dockerfile = typeof build === 'string' ? undefined : build?.dockerfile
  return {
    name,
    image: given.image ?? undefined,
    build: build ? { context: context ?? '.', dockerfile: dockerfile ?? 'Dockerfile' } : undefined,
    entrypoint: wordsOf(given.entrypoint),
    command: wordsOf(given.command),
    environment: read(pairsOf(given.environment)),
    ports: (given.ports ?? []).map(portOf),
    expose: (given.expose ?? []).map((one) => Number.parseInt(one, 10)).filter((one) => one > 0),
    mounts: mountsOf(given),
    healthcheck: healthcheckOf(given),
    dependsOn: Array.isArray(given.depends_on) ? given.depends_on : Object.keys(given.depends_on ?? {}),
    networks: networksOf(given),
    networkMode: given.network_mode ?? undefined,
    containerName: given.container_name ?? undefined,
    replicas: replicasOf(given),
    readOnly: given.read_only === true,
    user: given.user ?? undefined,
    secrets: (given.secrets ?? []).map(sourceOf),
    configs: (given.configs ?? []).map(sourceOf),
    labels: read(pairsOf(given.labels)),
  }
}

export const replicasOf = ({ scale, deploy }: DocumentService) => scale ?? deploy?.replicas ?? 1

const sourceOf = (one: string | { source: string }) => (typeof one === 'string' ? one : one.source)

function read(pairs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(pairs).map(([name, value]) => [name, dollarsRead(value)]))
}

/** 1.29 prints a command as it was written: what is one text is for a shell, as far as anybody here is concerned. */
function wordsOf(given: string | readonly string[] | null | undefined): string[] | undefined {
  if (given === null || given === undefined) return undefined
  return (typeof given === 'string' ? [given] : given).map(dollarsRead)
}

function healthcheckOf({ healthcheck }: DocumentService): ComposeService['healthcheck'] {
  if (!healthcheck) return undefined
  const test = wordsOf(healthcheck.test) ?? []
  return { test, disabled: healthcheck.disable === true || test[0] === 'NONE' }
}

function networksOf({ networks }: DocumentService): ComposeService['networks'] {
  if (Array.isArray(networks)) return networks.map((name) => ({ name, aliases: [] }))
  return Object.entries(networks ?? {}).map(([name, joined]) => {
    const address = joined?.ipv4_address ?? joined?.ipv6_address
    return { name, aliases: joined?.aliases ?? [], ...(address === undefined ? {} : { address }) }
  })
}

/** `[[HOST:]PUBLISHED:]TARGET[/PROTOCOL]`; the host may be an IPv6 address in brackets. */
export function portOf(given: DocumentPort): ComposePort {
  if (typeof given === 'object') {
    const { target, published, protocol = 'tcp' } = given
    return { target, protocol, published: published === '' || published === '0' ? undefined : published }
  }
  const [address = '', protocol = 'tcp'] = String(given).split('/')
  const parts = address.split(':')
  const published = parts.at(-2)
  return {
    target: Number(parts.at(-1)),
    protocol,
    published: published === undefined || published === '' || published.includes(']') ? undefined : published,
  }
}

export function mountsOf({ volumes, tmpfs }: DocumentService): ComposeMount[] {
  const memory = typeof tmpfs === 'string' ? [tmpfs] : (tmpfs ?? [])
  const short = memory.map((one): ComposeMount => {
    const [target = '', options = ''] = one.split(/:(.*)/s, 2)
    return { kind: 'tmpfs', target, size: /(?:^|,)size=([^,]+)/.exec(options)?.[1] }
  })
  return [...(volumes ?? []).flatMap(mountOf), ...short]
}

/** Empty for a kind of mount that neither shares anything nor is known here. */
export function mountOf(given: DocumentMount): ComposeMount[] {
  if (typeof given === 'string') return [shortMount(given)]
  const readOnly = given.read_only === true
  const target = dollarsRead(given.target)
  const source = given.source === undefined ? undefined : dollarsRead(given.source)
  if (given.type === 'tmpfs') return [{ kind: 'tmpfs', target, size: given.tmpfs?.size }]
  if (given.type === 'volume') return [{ kind: 'volume', source, target, readOnly }]
  if (given.type === 'bind' && source !== undefined) return [{ kind: 'bind', source, target, readOnly }]
  return []
}

/** `SOURCE:TARGET[:OPTIONS]` or `TARGET`, as 1.29 prints it: a path is absolute, and a `$` in it is not doubled. */
function shortMount(given: string): ComposeMount {
  const [first = '', second, options = ''] = given.split(':')
  if (second === undefined) return { kind: 'volume', source: undefined, target: first, readOnly: false }
  const readOnly = options.split(',').includes('ro')
  const kind = first.startsWith('/') ? ('bind' as const) : ('volume' as const)
  return { kind, source: first, target: second, readOnly }
}

/** A named volume can be a folder of the user's all the same: the options of `mount` say so. */
export function deviceOf({ driver, driver_opts: options }: DocumentVolume): string | undefined {
  const isBind = (driver ?? 'local') === 'local' && /(?:^|,)r?bind(?:,|$)/.test(options?.['o'] ?? '')
  return isBind && options?.['device'] ? dollarsRead(options['device']) : undefined
}
