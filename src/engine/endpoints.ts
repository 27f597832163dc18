import type Dockerode from 'dockerode'
import { realClock, within } from '../kit/clock.ts'

/** Milliseconds for one call, and for taking all endpoints of one network away. */
const callMs = 4_000
const detachMs = 8_000

/**
 * Takes these containers off a network, one after the other, before they are removed all at once. An engine that takes
 * several endpoints of one network away at the same moment may lose count of them, and a network with an endpoint
 * that is not there cannot be removed until the engine is started anew. Source: moby/moby#42119; seen here once in
 * some 1,500 runs. Never rejects: what is not taken off here goes with its container.
 */
export async function detach(docker: Dockerode, network: string, containers: ReadonlySet<string>): Promise<void> {
  const until = realClock.now() + detachMs
  const attached = Object.keys(await endpointsOf(docker, network)).filter((id) => containers.has(id))
  for (const container of attached) {
    if (realClock.now() > until) return
    await disconnect(docker, network, container)
  }
}

/**
 * What keeps a network from being removed: endpoints of containers that are gone are taken away, and undefined means
 * that it may be tried again. Otherwise who is on it, or that the engine miscounts, with what helps.
 */
export async function freeNetwork(docker: Dockerode, network: string): Promise<string | undefined> {
  const endpoints = Object.entries(await endpointsOf(docker, network))
  if (endpoints.length === 0) {
    return 'nothing is on it, so the engine has miscounted (moby/moby#42119): start the engine anew, then clean'
  }
  // An endpoint without a container is listed by its own id, with the name of the container that it was of.
  const [strayed, used] = [endpoints.filter(isStray), endpoints.filter((one) => !isStray(one))]
  for (const [, name] of strayed) await disconnect(docker, network, name)
  if (used.length === 0) return undefined
  return `used by ${used.map(([, name]) => name).join(', ')}`
}

const isStray = ([id]: [string, string]) => id.startsWith('ep-')

/** Names by container id; empty when the network is gone or cannot be looked at. */
async function endpointsOf(docker: Dockerode, network: string): Promise<Record<string, string>> {
  const looked = within(callMs, `inspecting network ${network}`, docker.getNetwork(network).inspect())
  const found = (await looked.catch(() => undefined)) as Dockerode.NetworkInspectInfo | undefined
  return Object.fromEntries(Object.entries(found?.Containers ?? {}).map(([id, { Name: name }]) => [id, name]))
}

async function disconnect(docker: Dockerode, network: string, container: string): Promise<void> {
  const call = docker.getNetwork(network).disconnect({ Container: container, Force: true })
  await within(callMs, `taking ${container} off ${network}`, call).catch(() => undefined)
}
