import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import type { ImageTags } from '../../src/images/index.ts'
import { ports } from '../../src/protocol/index.ts'
import { filesOf, instrumentedFiles, type ServiceDefinition, type StackDescription } from '../../src/stack/index.ts'

export interface ComposeSite {
  images: Readonly<ImageTags>
  dockerFolder: string
  /** Ports on 127.0.0.1. */
  sitePort: number
  agentPort: number
  /** What every container, network and volume wears. */
  labels: Record<string, string>
}

/** Writes a compose file (format 2.4) for the same services, and the files they start with, into `folder`. */
export async function writeCompose(stack: StackDescription, site: ComposeSite, folder: string) {
  const { labels } = site
  const services = await Promise.all(
    stack.services.map(async (one) => [one.name, await serviceOf(stack, one, site, folder)]),
  )
  const compose = {
    version: '2.4',
    services: Object.fromEntries(services),
    networks: {
      internal: { internal: true, labels },
      edge: { driver_opts: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' }, labels },
    },
    volumes: { logs: { labels } },
  }
  const file = join(folder, 'docker-compose.yml')
  // Compose reads YAML 1.1, where a bare `no` is false.
  await writeFile(file, stringify(compose, { version: '1.1' }))
  return file
}

async function serviceOf(stack: StackDescription, definition: ServiceDefinition, site: ComposeSite, folder: string) {
  const { name, image, env, entrypoint, published, logVolumeAt, memoryMb } = definition
  const plain = await filesOf(definition, { dockerFolder: site.dockerFolder, replaced: {} })
  const files = instrumentedFiles(stack, definition, plain)
  const binds = await Promise.all(
    files.map(async ({ target, content }) => {
      const source = join(folder, name, target)
      await mkdir(dirname(source), { recursive: true })
      await writeFile(source, content)
      return `${source}:${target}`
    }),
  )
  const hostPort = published === ports.site ? site.sitePort : site.agentPort
  return {
    image: new Map(Object.entries(site.images)).get(image),
    hostname: name,
    environment: env,
    labels: site.labels,
    networks: definition.networks === 'both' ? ['internal', 'edge'] : ['internal'],
    volumes: [...binds, ...(logVolumeAt ? [`logs:${logVolumeAt}`] : [])],
    pids_limit: 512,
    restart: 'no',
    ...(entrypoint ? { entrypoint } : {}),
    ...(published === undefined ? {} : { ports: [`127.0.0.1:${hostPort}:${published}`] }),
    ...(memoryMb === undefined ? {} : { mem_limit: `${memoryMb}m`, memswap_limit: `${memoryMb}m` }),
  }
}
