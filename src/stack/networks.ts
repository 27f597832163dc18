import type Dockerode from 'dockerode'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'

/**
 * The two networks and the log volume of one run. `internal` has no way out. `edge` exists for the published ports
 * only: without masquerading nothing that leaves it could ever be answered.
 */
export async function createNetworks(docker: Dockerode, runId: string, labels: Record<string, string>) {
  const names = { internal: `badgateway-${runId}-internal`, edge: `badgateway-${runId}-edge` }
  const logVolume = `badgateway-${runId}-logs`
  const common = { CheckDuplicate: true, Driver: 'bridge', Labels: labels }
  try {
    await Promise.all([
      docker.createNetwork({ ...common, Name: names.internal, Internal: true }),
      docker.createNetwork({
        ...common,
        Name: names.edge,
        Options: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' },
      }),
      docker.createVolume({ Name: logVolume, Labels: labels }),
    ])
  } catch (thrown) {
    const reason = reasonOf(thrown)
    const pools = /address pool/.test(reason)
    const hint = pools
      ? 'Too many networks exist: see docker network ls, and badgateway clean for those of former runs.'
      : 'Is the engine healthy? badgateway doctor tells.'
    throw new BadgatewayError('ENGINE_CALL_FAILED', `Cannot create networks: ${reason}`, hint, { cause: thrown })
  }
  return { names, logVolume }
}

/** Removes everything that wears this run's label: containers first, at once; 'gone already' is success. */
export async function removeAllOf(docker: Dockerode, runId: string): Promise<void> {
  const filters = { label: [`badgateway=${runId}`] }
  const containers = await docker.listContainers({ all: true, filters })
  await Promise.all(containers.map(({ Id }) => gone(docker.getContainer(Id).remove({ force: true, v: true }))))
  const [networks, { Volumes: volumes }] = await Promise.all([
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ])
  await Promise.all([
    ...networks.map(({ Id }) => gone(docker.getNetwork(Id).remove())),
    ...(volumes ?? []).map(({ Name }) => gone(docker.getVolume(Name).remove())),
  ])
}

async function gone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal
  } catch (thrown) {
    if (!/no such|not found|already in progress/i.test(reasonOf(thrown))) throw thrown
  }
}
