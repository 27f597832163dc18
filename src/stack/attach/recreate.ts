import { dirname } from 'node:path/posix'
import type Dockerode from 'dockerode'
import {
  containerName,
  intend,
  isGone,
  type Labels,
  mountOf,
  putFiles,
  repackFolder,
  startWhenFree,
} from '../../engine/index.ts'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import type { ServiceChange } from '../types.ts'
import { joinedIn } from './whereabouts.ts'

export type Inspected = Dockerode.ContainerInspectInfo

const mebibyte = 2 ** 20

/** What is asked of the engine, and which networks are joined before it starts. */
export interface Recreation {
  create: Dockerode.ContainerCreateOptions
  join: { network: string; endpoint: Dockerode.EndpointSettings }[]
}

/**
 * The same container once more, as the engine tells what it is made of, with what is changed about it. `name` is its
 * new name, `ports` what was published where while it ran. Pure.
 */
export function recreationOf(
  meant: Inspected,
  { name, change, image, ports }: { name: string; change: ServiceChange; image: string; ports?: Ports },
): Recreation {
  const { Config: config, HostConfig: host, Id: id, NetworkSettings: settings } = meant
  const { env = {}, entrypoint, memoryMb, restart, elsewhere } = change
  const [first, ...others] = joinedIn(settings.Networks, id).map(({ network, aliases }) => {
    const { IPAMConfig } = settings.Networks[network] ?? {}
    const own = change.alias === undefined ? [...aliases] : [change.alias]
    return { network, endpoint: { Aliases: own, ...(IPAMConfig && !elsewhere ? { IPAMConfig } : {}) } }
  })
  const memory = memoryMb === undefined ? undefined : memoryMb * mebibyte
  // The engine makes a host name of a container's id, and would give that of the old one to the new.
  const { Hostname: hostname, ...rest } = config
  const create: Dockerode.ContainerCreateOptions = {
    ...rest,
    ...(id.startsWith(hostname) ? {} : { Hostname: hostname }),
    name,
    Image: image,
    Env: [
      ...(config.Env ?? []).filter((line) => !Object.hasOwn(env, line.split('=')[0] ?? '')),
      ...Object.entries(env).map(([key, value]) => `${key}=${value}`),
    ],
    ...(entrypoint ? { Entrypoint: [...entrypoint], Cmd: [] } : {}),
    HostConfig: {
      ...host,
      ...(memory === undefined ? {} : { Memory: memory, MemorySwap: memory }),
      ...(restart === undefined ? {} : { RestartPolicy: { Name: restart } }),
      PortBindings: ports ?? host.PortBindings,
      Mounts: [...(host.Mounts ?? []), ...namelessVolumes(meant)],
      AutoRemove: false,
    },
    ...(first ? { NetworkingConfig: { EndpointsConfig: { [first.network]: first.endpoint } } } : {}),
  }
  return { create, join: others }
}

type Ports = Inspected['NetworkSettings']['Ports']

/** Volumes that were made for the old one alone: its data goes on. */
function namelessVolumes({ Mounts: mounts, HostConfig: host }: Inspected): Dockerode.MountConfig {
  const named = new Set([
    ...(host.Binds ?? []).map((bind) => bind.split(':')[1]),
    ...(host.Mounts ?? []).map(({ Target }) => Target),
  ])
  return mounts.flatMap(({ Type, Name, Destination: Target, RW }) => {
    if (Type !== 'volume' || Name === undefined || named.has(Target)) return []
    return [{ Type: 'volume' as const, Source: Name, Target, ReadOnly: !RW }]
  })
}

/** Makes and starts it; gives its id. SERVICE_NOT_READY when the engine does not. */
export async function recreate(
  docker: Dockerode,
  meant: Inspected,
  given: {
    service: string
    labels: Labels
    change: ServiceChange
    image: string
    /** Id of the container that it takes the place of, and folders of that one that it gets. */
    from: string
    kept: readonly string[]
    ports: Ports
  },
): Promise<string> {
  const { service, labels, change, image, ports } = given
  const name = containerName(labels, service)
  const { create, join } = recreationOf(meant, { name, change, image, ports })
  const made = await intend(labels, { kind: 'container', name })
  try {
    const container = await docker.createContainer(create)
    made(container.id)
    for (const { network, endpoint } of join) {
      await docker.getNetwork(network).connect({ Container: container.id, EndpointConfig: endpoint })
    }
    for (const folder of given.kept) await copyFolder(docker.getContainer(given.from), container, { folder, meant })
    const contents = (change.contents ?? []).flatMap(({ path, content }) =>
      content === null ? [] : [{ path, content }],
    )
    if (contents.length > 0) await putFiles(container, contents)
    await startWhenFree(container)
    return container.id
  } catch (thrown) {
    const message = `Another container for ${service} was not started: ${reasonOf(thrown)}`
    throw new BadgatewayError('SERVICE_NOT_READY', message, 'The old one is stopped, and is started by the undo.', {
      cause: thrown,
    })
  }
}

/** What lies in a mount is there already. */
async function copyFolder(
  from: Dockerode.Container,
  to: Dockerode.Container,
  { folder, meant }: { folder: string; meant: Inspected },
): Promise<void> {
  const archive = await from.getArchive({ path: folder }).catch((thrown: unknown) => {
    if (!isGone(thrown)) throw thrown
  })
  if (!archive || mountOf(meant.Mounts, folder)) return
  const packed = await repackFolder(archive, folder, (path) => mountOf(meant.Mounts, path) !== undefined)
  await to.putArchive(packed, { path: dirname(folder) })
}
