import type Dockerode from 'dockerode'
import type { Labels } from '../engine/index.ts'
import { startSidecar } from './beside/sidecar.ts'
import { vantageOf } from './beside/vantage.ts'
import type { Service, Sidecar, Stack } from './types.ts'

export interface Insides {
  inside: Stack['inside']
  /** Nobody stands in this container any more. */
  leave(containerId: string): Promise<void>
}

/**
 * Stands among the processes of services, so that what is asked there needs no program of theirs. One sidecar a
 * container, started when it is first needed; it goes with the container, or else with the stack.
 */
export function insideOf(
  docker: Dockerode,
  image: () => string,
  find: (name: string) => Service,
  labels?: Labels,
): Insides {
  const standing = new Map<string, Promise<Sidecar>>()
  const among = (service: Service): Promise<Sidecar> => {
    const { containerId } = service
    const known = standing.get(containerId) ?? startSidecar(docker, image(), service, { among: true, labels })
    standing.set(containerId, known)
    // Who cannot stand there now may later: a container that is down has no namespaces.
    known.catch(() => standing.delete(containerId))
    return known
  }
  const starts = new Map<string, Promise<boolean>>()
  const exec = async (name: string, ...asked: Parameters<Service['exec']>) => {
    const sidecar = await among(find(name))
    const { containerId: id } = sidecar
    const before = starts.get(id)
    try {
      return await sidecar.exec(...asked)
    } catch (thrown) {
      // It ends with the first process of the container that it joined, and is started again in the next life's. Who
      // finds it ended at the same time waits for the same start.
      const latest = starts.get(id)
      const start = latest !== undefined && latest !== before ? latest : startedAgain(docker, sidecar)
      starts.set(id, start)
      if (!(await start)) throw thrown
      return await sidecar.exec(...asked)
    }
  }
  const leave = async (containerId: string) => {
    const sidecar = await standing.get(containerId)?.catch(() => undefined)
    standing.delete(containerId)
    // One that is gone already, or cannot be removed now, is looked for at the end.
    await sidecar?.remove().catch(() => undefined)
  }
  return { inside: (name) => vantageOf((...asked) => exec(name, ...asked)), leave }
}

/** False: it was not down, or cannot be started. */
async function startedAgain(docker: Dockerode, { containerId }: Sidecar): Promise<boolean> {
  const container = docker.getContainer(containerId)
  try {
    if ((await container.inspect()).State.Running) return false
    await container.start()
    return true
  } catch {
    return false
  }
}
