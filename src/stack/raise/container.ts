import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type Dockerode from 'dockerode'
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers'
import { containerName, intend, lastLogLines, linesOf } from '../../engine/index.ts'
import { within } from '../../kit/clock.ts'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import type { ServiceDefinition } from '../description/definition.ts'

/** A file by its name in the folder that it is put into. */
export interface TextFile {
  readonly name: string
  readonly text: string
}

/** Where a container of a stack is put. */
export interface Site {
  docker: Dockerode
  image: string
  labels: Record<string, string>
  /** Docker names of the two networks, and of more that are joined before it starts. */
  networks: { internal: string; edge: string; also?: readonly string[] }
  logVolume: string
  /** IPv4 address on the internal network, the same again after a restart; absent: the engine chooses. */
  address?: string
  /** Port on 127.0.0.1 for the published one; absent: the engine chooses. */
  hostPort?: number
  /** Folder with the images' sources, and files in place of those of one of its folders, e.g. the user's rules. */
  dockerFolder: string
  replaced: Readonly<Record<string, readonly TextFile[]>>
  /** What its files become before they are put. */
  fit(definition: ServiceDefinition, files: readonly TextAt[]): readonly TextAt[]
  /** Told when its process has been started; whether it will be ready nobody knows yet. */
  onStarted?: () => void
}

interface TextAt {
  content: string
  target: string
}

type FileSite = Pick<Site, 'dockerFolder' | 'replaced'>

const startLimitMs = 60_000
const filesLimitBytes = 4 * 1024 * 1024
const logLimitMs = 3_000

/** In the container itself, where nothing listens for questions. */
const nobody = '127.0.0.1'

/**
 * Testcontainers knows no `internal` networks, binds published ports to every address, and puts a container with
 * network aliases on the default bridge too. So the parts of the request that decide who can reach whom are set here.
 */
class StackContainer extends GenericContainer {
  private readonly definition: ServiceDefinition
  private readonly site: Site
  /** Told its id: it is on record from then on. */
  made: (id: string) => void = () => undefined

  constructor(definition: ServiceDefinition, site: Site) {
    super(site.image)
    this.definition = definition
    this.site = site
    const { internal } = site.networks
    this.networkMode = internal
    this.createOpts.NetworkingConfig = {
      EndpointsConfig: {
        [internal]: {
          Aliases: [definition.alias ?? definition.name],
          ...(site.address === undefined ? {} : { IPAMConfig: { IPv4Address: site.address } }),
        },
      },
    }
    // The engine makes a name of it too.
    this.createOpts.Hostname = definition.alias ?? definition.name
    this.hostConfig.RestartPolicy = { Name: definition.restart ?? 'no' }
    this.hostConfig.PidsLimit = 512
    // The engine asks a resolver outside for names that it does not know, and 4 s long: here nobody is asked.
    this.hostConfig.Dns = [nobody]
    if (definition.sysctls) this.hostConfig.Sysctls = definition.sysctls
    if (definition.memoryMb !== undefined) {
      this.hostConfig.Memory = definition.memoryMb * 1024 * 1024
      this.hostConfig.MemorySwap = this.hostConfig.Memory
    }
    if (definition.cpus !== undefined) this.hostConfig.NanoCpus = Math.round(definition.cpus * 1e9)
    // Named with its labels: a volume that is gone is made anew by the engine, and must be found by them all the same.
    const options = { NoCopy: false, Labels: site.labels, DriverConfig: { Name: 'local', Options: {} } }
    if (definition.logVolumeAt) {
      const where = { Target: definition.logVolumeAt, Source: site.logVolume }
      this.hostConfig.Mounts = [{ Type: 'volume', ...where, VolumeOptions: options }]
    }
    if (definition.published !== undefined) {
      const port = `${definition.published}/tcp`
      this.createOpts.ExposedPorts = { [port]: {} }
      const binding = { HostIp: '127.0.0.1', HostPort: site.hostPort === undefined ? '' : String(site.hostPort) }
      this.hostConfig.PortBindings = { [port]: [binding] }
    }
  }

  protected override async containerCreated(containerId: string): Promise<void> {
    this.made(containerId)
    const { edge, also = [] } = this.site.networks
    for (const network of [...(this.definition.networks === 'both' ? [edge] : []), ...also]) {
      await this.site.docker.getNetwork(network).connect({ Container: containerId })
    }
  }

  /** Called by Testcontainers after the start, and before the wait. */
  protected override containerStarting(): Promise<void> {
    this.site.onStarted?.()
    return Promise.resolve()
  }
}

/** Creates and starts one container and waits until it says that it is ready. */
export async function startContainer(definition: ServiceDefinition, site: Site): Promise<StartedTestContainer> {
  const name = containerName(site.labels, definition.name)
  const container = new StackContainer(definition, site)
  container
    .withName(name)
    .withLabels(site.labels)
    .withEnvironment(definition.env)
    .withAutoCleanup(false)
    .withStartupTimeout(startLimitMs)
    .withWaitStrategy(waitingFor(definition))
    .withCopyContentToContainer([...site.fit(definition, await filesOf(definition, site))])
  if (definition.entrypoint) container.withEntrypoint([...definition.entrypoint])
  container.made = await intend(site.labels, { kind: 'container', name })
  try {
    return await container.start()
  } catch (thrown) {
    throw startFailed(definition, thrown)
  }
}

type Waiting = ReturnType<typeof Wait.forLogMessage>

function waitingFor({ ready, awaited = true }: ServiceDefinition): Waiting {
  // Of one that says nothing it is only known that it was started.
  const strategy = Wait.forLogMessage(ready === 'running' ? /^/ : ready)
  if (awaited && ready !== 'running') return withLastWords(strategy)
  strategy.waitUntilReady = () => Promise.resolve()
  return strategy
}

/** A container that does not become ready is removed at once, and its log with it: so its last lines are told here. */
export function withLastWords(strategy: Waiting): Waiting {
  const wait = strategy.waitUntilReady.bind(strategy)
  strategy.waitUntilReady = async (container, ...rest) => {
    try {
      await wait(container, ...rest)
    } catch (thrown) {
      const words = await within(logLimitMs, 'reading its log', lastLogLinesOf(container)).catch(() => '')
      throw new Error(words === '' ? reasonOf(thrown) : `${reasonOf(thrown)}. It said: ${words}`, { cause: thrown })
    }
  }
  return strategy
}

async function lastLogLinesOf(container: Dockerode.Container): Promise<string> {
  return lastLogLines(linesOf(await container.logs({ follow: false, stdout: true, stderr: true, tail: 10 })))
}

function startFailed(definition: ServiceDefinition, thrown: unknown): BadgatewayError {
  const reason = reasonOf(thrown)
  if (/port is already allocated|address already in use/.test(reason)) {
    return new BadgatewayError('PORT_TAKEN', `${definition.name}: ${reason}`, 'Choose another one with --port.')
  }
  const hint =
    'The reason is in what it said last. Its image or files can be wrong: those of `badgateway run --image --rules`.'
  return new BadgatewayError('SERVICE_NOT_READY', `${definition.name} did not become ready: ${reason}`, hint, {
    cause: thrown,
  })
}

/** The files a service starts with, read from `docker/`, or those that replace them. */
export async function filesOf(
  definition: ServiceDefinition,
  site: FileSite,
): Promise<{ content: string; target: string }[]> {
  const files = new Map<string, string>()
  for (const { from, to, only, except } of definition.files) {
    const replaced = site.replaced[from]
    for (const { name, text } of replaced ?? []) files.set(`${to}/${name}`, text)
    if (replaced) continue
    const folder = join(site.dockerFolder, from)
    const names = (await readdir(folder, { recursive: only === undefined })).sort()
    for (const name of names) {
      if (only?.includes(name) === false || except?.includes(name)) continue
      const path = join(folder, name)
      const { size } = await stat(path).then((found) => (found.isFile() ? found : { size: -1 }))
      if (size < 0 || size > filesLimitBytes) continue
      const text = await readFile(path, 'utf8')
      files.set(`${to}/${name}`, definition.fit?.(text) ?? text)
    }
  }
  for (const { path, content } of definition.contents ?? []) {
    if (content === null) files.delete(path)
    else files.set(path, content.toString('utf8'))
  }
  return [...files].map(([target, content]) => ({ target, content }))
}

/** On 127.0.0.1; 0: it is not published. */
export async function publishedPort(docker: Dockerode, id: string, port: number): Promise<number> {
  const { NetworkSettings } = await docker.getContainer(id).inspect()
  return Number(NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort ?? 0)
}
