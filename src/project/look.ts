import { posix } from 'node:path'
import type { ComposeProject, ComposeService } from '../compose/index.ts'
import { type Engine, execApart, unpackFiles, unpackFolder } from '../engine/index.ts'
import { within } from '../kit/clock.ts'
import { dumpOf, uninstrumentedDump } from '../nginx/index.ts'
import type { ContainerFacts, PrometheusFacts, ProxyFacts, WebFacts } from './facts.ts'
import { memoryFoldersIn, memoryFoldersOf } from './memory.ts'
import { argvOf, option } from './survey/monitoring.ts'
import { mainFileOf, type NginxFound, nginxIn } from './survey/proxy.ts'

/** Containers that run, and the project that they are made from where there is one. */
export interface Looking {
  readonly docker: Engine['docker']
  readonly containers: readonly { service: string; number: number; id: string; name: string }[]
  readonly project?: Pick<ComposeProject, 'services'>
}

/** What is seen of them from outside. */
export interface Seen {
  readonly containers: readonly ContainerFacts[]
  readonly proxies: readonly ProxyFacts[]
  readonly prometheus?: PrometheusFacts
  readonly webs?: readonly WebFacts[]
}

type Container = ReturnType<Engine['docker']['getContainer']>

const lookMs = 20_000
const mostBytes = 64 * 1024 * 1024

/** Looks into containers without changing them: inspect, the process list, and files of the proxies and Prometheus. */
export async function lookInside({ docker, containers, project }: Looking): Promise<Seen> {
  const facts = await Promise.all(
    containers.map(async (one) => {
      const service = project?.services.find(({ name }) => name === one.service)
      const container = docker.getContainer(one.id)
      const found = await container.inspect()
      return factsOf(one, found, found.State.Running ? await processesOf(container) : [], service)
    }),
  )
  const nginxes = firstOfEach(facts).flatMap((one) => {
    const found = nginxIn(one)
    return found ? [{ one, found }] : []
  })
  const proxies = await Promise.all(
    nginxes.map(({ one, found }) => configurationOf(docker.getContainer(one.id), one.service, found)),
  )
  const [prometheus, webs] = await Promise.all([prometheusOf(docker, facts), websOf(docker, facts)])
  return {
    containers: facts,
    proxies: proxies.filter((one) => one !== undefined),
    ...(prometheus ? { prometheus } : {}),
    ...(webs.length > 0 ? { webs } : {}),
  }
}

const firstOfEach = (facts: readonly ContainerFacts[]) =>
  facts.filter((one, at) => facts.findIndex(({ service }) => service === one.service) === at)

/** Command lines, the first process first; none where it has ended meanwhile. */
async function processesOf(container: Container): Promise<string[]> {
  // The types know no null: it is what the engine says when there is none.
  const told: { Titles: string[]; Processes: string[][] | null } = await container
    .top({ ps_args: '-eo pid,args' })
    .catch(() => ({ Titles: [], Processes: [] }))
  return (told.Processes ?? []).map((columns) => columns.slice(1).join(' '))
}

type Inspected = Awaited<ReturnType<Container['inspect']>>

function factsOf(
  { service, number, id, name }: Looking['containers'][number],
  { Config: config, HostConfig: host, Mounts: mounts, NetworkSettings: settings, Path, Args }: Inspected,
  processes: readonly string[],
  said: ComposeService | undefined,
): ContainerFacts {
  const tcp = (names: readonly string[]) => [
    ...new Set(names.filter((one) => /\/tcp$/.test(one)).map(Number.parseFloat)),
  ]
  const bound = Object.keys((host.PortBindings ?? {}) as Record<string, unknown>)
  const published = said ? said.ports.map(({ target }) => target) : tcp(bound)
  const exposed = tcp(Object.keys(config.ExposedPorts ?? {}))
  const { NetworkMode: mode = '' } = host
  const test = config.Healthcheck?.Test
  return {
    service,
    number,
    id,
    name: said?.containerName ?? name,
    image: said?.image ?? config.Image,
    mainProcess: [Path, ...Args],
    processes,
    env: Object.fromEntries(config.Env.map((one) => [one.split('=', 1)[0] ?? '', one.slice(one.indexOf('=') + 1)])),
    ports: [...new Set([...exposed, ...published, ...(said?.expose ?? [])])],
    published,
    mounts: said
      ? said.mounts.flatMap((one) =>
          one.kind === 'tmpfs' ? [] : [{ type: one.kind, source: one.source ?? one.target, target: one.target }],
        )
      : mounts.map((one) => ({ type: one.Type, source: one.Name ?? one.Source, target: one.Destination })),
    memory: said ? memoryFoldersOf(said) : memoryFoldersIn(host.Tmpfs),
    networks: Object.entries(settings.Networks).map(([network, { IPAddress: address, Aliases: aliases }]) => ({
      name: network,
      ...(address ? { address } : {}),
      aliases: aliases ?? [],
    })),
    hostname: config.Hostname,
    ...(/^(host|service:|container:)/.test(mode) ? { networkMode: mode } : {}),
    ...(test ? { healthcheck: test } : {}),
    links: Object.fromEntries(linksOf(host.Links ?? [])),
    labels: { ...config.Labels, ...dependsOn(said) },
  }
}

/** `/other:/this/alias`. */
const linksOf = (links: readonly string[]) =>
  links.map((link): [string, string] => {
    const [from = '', to = ''] = link.split(':')
    return [posix.basename(to), posix.basename(from)]
  })

/** As Compose 2 labels it. */
const dependsOn = (said: ComposeService | undefined) =>
  said ? { 'com.docker.compose.depends_on': said.dependsOn.join(',') } : {}

/** The configuration as Nginx itself prints it; where it does not, the files that lie there. Undefined: neither. */
async function configurationOf(
  container: Container,
  service: string,
  found: NginxFound,
): Promise<ProxyFacts | undefined> {
  const { argv, program } = found
  const told = await ask(container, [argv[0] ?? program, '-T', ...placesOf(argv)])
  const dump = told?.code === 0 ? dumpOf(told.out) : undefined
  if (dump) return { service, ...uninstrumentedDump(dump) }
  const built = await ask(container, [argv[0] ?? program, '-V'])
  const main = mainFileOf(found, built ? built.out + built.err : '')
  const files = await filesAround(container, main)
  return files.has(main) ? { service, main, files } : undefined
}

const ask = (container: Container, argv: readonly string[]) =>
  within(lookMs, argv.join(' '), execApart(container, argv, mostBytes)).catch(() => undefined)

const placesOf = (argv: readonly string[]) =>
  ['-c', '-p'].flatMap((flag) => {
    const value = argv[argv.indexOf(flag) + 1]
    return argv.includes(flag) && value !== undefined ? [flag, value] : []
  })

/** Texts of the folder of the main file; links to files outside of it are followed. */
async function filesAround(container: Container, main: string): Promise<Map<string, string>> {
  const folder = posix.dirname(main)
  const isOwn = /nginx|openresty|angie/.test(folder)
  const packed = isOwn ? await folderOf(container, folder) : []
  const texts = new Map(packed.flatMap((one) => ('content' in one ? [[one.path, one.content.toString('utf8')]] : [])))
  if (!texts.has(main)) await addFile(container, main, main, texts)
  for (const one of packed) {
    if (!('link' in one)) continue
    const known = texts.get(one.link)
    if (known !== undefined) texts.set(one.path, known)
    else await addFile(container, one.link, one.path, texts)
  }
  return texts
}

async function folderOf(container: Container, folder: string) {
  try {
    return await unpackFolder(await container.getArchive({ path: folder }), folder)
  } catch {
    return []
  }
}

async function addFile(container: Container, path: string, as: string, texts: Map<string, string>): Promise<void> {
  const text = await fileIn(container, path)
  if (text !== undefined) texts.set(as, text)
}

async function fileIn(container: Container, path: string): Promise<string | undefined> {
  try {
    const [file] = await unpackFiles(await container.getArchive({ path }))
    return file?.content.toString('utf8')
  } catch {
    return undefined
  }
}

async function websOf(docker: Engine['docker'], facts: readonly ContainerFacts[]): Promise<WebFacts[]> {
  const found = await Promise.all(
    facts.map(async (one) => {
      const argv = argvOf(one, 'prometheus') ?? argvOf(one, 'alertmanager')
      const file = argv && option(argv, 'web.config.file')
      const text = file && (await fileIn(docker.getContainer(one.id), file))
      return text ? [{ service: one.service, text }] : []
    }),
  )
  return found.flat()
}

async function prometheusOf(
  docker: Engine['docker'],
  facts: readonly ContainerFacts[],
): Promise<PrometheusFacts | undefined> {
  for (const one of facts) {
    const argv = argvOf(one, 'prometheus')
    if (!argv) continue
    const file = option(argv, 'config.file') ?? '/etc/prometheus/prometheus.yml'
    const text = await fileIn(docker.getContainer(one.id), file)
    if (text !== undefined) return { service: one.service, file, text }
  }
  return undefined
}
