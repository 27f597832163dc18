import type Dockerode from 'dockerode'
import { intend, type Labels } from '../../engine/index.ts'
import { allEnded } from '../../kit/all-ended.ts'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'

/**
 * The two networks and the log volume of one run, and the prefix (`172.20.0`) of the internal addresses. `internal` has
 * no way out. `edge` exists for the published ports only: without masquerading nothing that leaves it could ever be
 * answered.
 */
export async function createNetworks(
  docker: Dockerode,
  runId: string,
  labels: Record<string, string>,
  stack?: 'staging',
) {
  const prefix = `badgateway-${runId}${stack === undefined ? '' : `-${stack}`}`
  const names = { internal: `${prefix}-internal`, edge: `${prefix}-edge` }
  const logVolume = `${prefix}-logs`
  const common = { CheckDuplicate: true, Driver: 'bridge', Labels: labels }
  const [subnet] = await allEnded([
    createInternal(docker, { ...common, Name: names.internal, Internal: true }),
    createEdge(docker, names.edge, labels),
    createVolume(docker, logVolume, labels),
  ]).catch(failed)
  return { names, logVolume, prefix: subnet }
}

/** The network for published ports of a stack whose other networks are not ours. */
export async function createOwnEdge(docker: Dockerode, runId: string, labels: Record<string, string>): Promise<string> {
  const name = `badgateway-${runId}-edge`
  await createEdge(docker, name, labels).catch(failed)
  return name
}

async function createEdge(docker: Dockerode, name: string, labels: Record<string, string>): Promise<void> {
  const options = { CheckDuplicate: true, Driver: 'bridge', Labels: labels, Name: name }
  await createNetwork(docker, { ...options, Options: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' } })
}

function failed(thrown: unknown): never {
  const reason = reasonOf(thrown)
  const pools = /address pool/.test(reason)
  const hint = pools
    ? 'Too many networks exist: see docker network ls, and badgateway clean for those of former runs.'
    : 'Is the engine healthy? badgateway doctor tells.'
  throw new BadgatewayError('ENGINE_CALL_FAILED', `Cannot create networks: ${reason}`, hint, { cause: thrown })
}

async function createNetwork(docker: Dockerode, options: NetworkOptions): Promise<Dockerode.Network> {
  const made = await intend(options.Labels, { kind: 'network', name: options.Name })
  const network = await docker.createNetwork(options)
  made(network.id)
  return network
}

async function createVolume(docker: Dockerode, name: string, labels: Labels): Promise<void> {
  const made = await intend(labels, { kind: 'volume', name })
  await docker.createVolume({ Name: name, Labels: labels })
  // A volume is known by its name.
  made(name)
}

type NetworkOptions = Dockerode.NetworkCreateOptions & { Labels: Record<string, string> }

/**
 * The engine gives addresses of one's own choice only in a subnet of one's own choice, and what is free it tells only
 * by giving it: so its choice is looked at and asked for again. Fixed addresses matter, for Nginx resolves names once:
 * two servers that are restarted at the same moment would else trade places behind its back.
 */
async function createInternal(docker: Dockerode, options: NetworkOptions, triesLeft = 5): Promise<string> {
  const wanted = await createNetwork(docker, options)
  const found = (await wanted.inspect()) as Dockerode.NetworkInspectInfo
  const subnet = found.IPAM?.Config?.[0]?.Subnet ?? ''
  const prefix = /^(\d+\.\d+\.\d+)\.0\/\d+$/.exec(subnet)?.[1]
  if (prefix === undefined) throw new Error(`the engine gave the subnet '${subnet}', which is no IPv4 one`)
  await wanted.remove()
  try {
    await createNetwork(docker, { ...options, IPAM: { Driver: 'default', Config: [{ Subnet: subnet }] } })
    return prefix
  } catch (thrown) {
    // Another run may have been given it in between.
    if (triesLeft <= 1 || !/overlap/i.test(reasonOf(thrown))) throw thrown
    return await createInternal(docker, options, triesLeft - 1)
  }
}
