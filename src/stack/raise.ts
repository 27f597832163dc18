import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import type Dockerode from 'dockerode'
import { BadgatewayError } from '../kit/errors.ts'
import { connectAgent } from './agent.ts'
import { type Site, startContainer } from './container.ts'
import { createNetworks, removeAllOf } from './networks.ts'
import { serviceFrom } from './service.ts'
import { type ImageName, proxyDefinition, type ServerCounts, type ServiceDefinition, shop } from './shop.ts'
import { streamsOf } from './streams.ts'
import { ports, type Service, type Stack } from './types.ts'

export interface RaiseOptions {
  docker: Dockerode
  runId: string
  labels: Record<string, string>
  images: Readonly<Record<ImageName, string>>
  /** Folder with `proxy/`, `monitoring/` and so on. */
  dockerFolder: string
  web: number
  api: number
  edge: boolean
  /** Names of our rule files that are not loaded. */
  withoutRules: readonly string[]
  /** The user's own rule files instead of ours. */
  rulesFolder?: string
  /** Port on 127.0.0.1 for the site; absent: a free one. */
  port?: number
  /** Stops raising: what is there is removed at once, so that nothing is waited for any more. */
  signal?: AbortSignal
}

/** Starts the shop, all containers at once, and resolves when each of them has said that it is ready. */
export async function raiseStack(options: RaiseOptions, startOne = startContainer): Promise<Stack> {
  const { docker, runId, labels, signal = new AbortController().signal } = options
  const token = randomBytes(24).toString('base64url')
  const hostPort = options.port ?? (await freePort())
  if (options.port !== undefined) await expectFree(options.port)
  const { names, logVolume } = await createNetworks(docker, runId, labels)
  signal.throwIfAborted()
  const start = async (definition: ServiceDefinition): Promise<Service> => {
    const site: Site = {
      docker,
      image: options.images[definition.image],
      labels: { ...labels, 'badgateway.role': definition.role, 'badgateway.service': definition.name },
      networks: names,
      logVolume,
      ...(definition.published === ports.site ? { hostPort } : {}),
      dockerFolder: options.dockerFolder,
      replacedFolders: options.rulesFolder ? { 'monitoring/rules': options.rulesFolder } : {},
    }
    const started = await startOne(definition, site)
    const { name, role, ready } = definition
    return serviceFrom({
      docker,
      containerId: started.getId(),
      ready,
      name,
      role,
      image: site.image,
      address: started.getIpAddress(names.internal),
    })
  }
  const wanted = shop({ ...options, token })
  // Every start is awaited even when one fails, so that nothing is created behind the back of the clean-up.
  const lower = () => removeAllOf(docker, runId).catch(() => undefined)
  signal.addEventListener('abort', lower, { once: true })
  const settled = await Promise.allSettled(wanted.map(start))
  signal.removeEventListener('abort', lower)
  const services = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const broken = settled.find((one) => one.status === 'rejected')
  if (broken || signal.aborted) {
    // What cannot be removed is found and told at the end of the run; here it must not hide the reason.
    await lower()
    signal.throwIfAborted()
    throw broken?.reason
  }
  const agentId = services.find((service) => service.role === 'agent')?.containerId ?? ''
  const agentPort = await publishedPort(docker, agentId, ports.agentControl)
  const agent = connectAgent({ baseUrl: `http://127.0.0.1:${agentPort}`, token })
  const servers = { web: options.web, api: options.api }
  return assemble({ docker, runId, entry: `http://127.0.0.1:${hostPort}`, services, agent, start, servers })
}

interface Parts {
  docker: Dockerode
  runId: string
  entry: string
  services: Service[]
  agent: Stack['agent']
  servers: ServerCounts
  start: (definition: ServiceDefinition) => Promise<Service>
}

function assemble({ docker, runId, entry, services, agent, servers, start }: Parts): Stack {
  const service = (name: string) => {
    const found = services.find((one) => one.name === name)
    if (found) return found
    const known = services.map((one) => one.name).join(', ')
    throw new BadgatewayError('SERVICE_UNKNOWN', `There is no service '${name}' in this stack`, `There are: ${known}`)
  }
  const streams = streamsOf(docker, runId, () => services)
  return {
    runId,
    entry,
    services,
    agent,
    streams,
    service,
    byRole: (role) => services.filter((one) => one.role === role),
    addProxy: async (name, files) => {
      const added = await start({ ...proxyDefinition(name, false, servers), contents: files })
      services.push(added)
      streams.follow(added)
      return added
    },
    remove: async (name) => {
      const { containerId } = service(name)
      await docker.getContainer(containerId).remove({ force: true, v: true })
      services.splice(
        services.findIndex((one) => one.name === name),
        1,
      )
    },
    lower: () => removeAllOf(docker, runId),
  }
}

async function publishedPort(docker: Dockerode, id: string, port: number): Promise<number> {
  const { NetworkSettings } = await docker.getContainer(id).inspect()
  return Number(NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort ?? 0)
}

async function listenOnce(port: number): Promise<number> {
  const server = createServer()
  return await new Promise<number>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })
}

const freePort = () => listenOnce(0)

async function expectFree(port: number): Promise<void> {
  await listenOnce(port).catch((thrown: unknown) => {
    const message = `Port ${port} on 127.0.0.1 is taken`
    throw new BadgatewayError('PORT_TAKEN', message, 'Choose another one with --port, or leave it to badgateway.', {
      cause: thrown,
    })
  })
}
