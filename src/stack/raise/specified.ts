import type Dockerode from 'dockerode'
import { isGone } from '../../engine/index.ts'
import { within } from '../../kit/clock.ts'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import type { ServiceDefinition } from '../description/definition.ts'
import type { Stack } from '../types.ts'

const callLimitMs = 5_000

/** What a container was made of, as far as the engine tells. */
export interface Made {
  image: string
  /** Without what its image brings. */
  env: Readonly<Record<string, string>>
  entrypoint: readonly string[]
  /** Its names on the internal network. */
  names: readonly string[]
  /** Bytes; 0: none. */
  memory: number
}

/** What is specified, and the image's own entrypoint for where the specification leaves it. */
export interface Specified {
  definition: Pick<ServiceDefinition, 'name' | 'env' | 'memoryMb' | 'alias' | 'entrypoint'>
  /** Tag of the image. */
  image: string
  imageEntrypoint: readonly string[]
}

/** How what was made differs from what is specified, in words; empty: not at all. Pure. */
export function differences({ definition, image, imageEntrypoint }: Specified, made: Made): string[] {
  const { env, memoryMb, alias = definition.name, entrypoint = imageEntrypoint } = definition
  const names = [...new Set([...Object.keys(env), ...Object.keys(made.env)])].sort()
  const wrongEnv = names.flatMap((name) => {
    const [is, meant] = [made.env[name], env[name]]
    if (is === meant) return []
    return [`${name} is ${is === undefined ? 'not set' : `'${is}'`}, specified ${meant === undefined ? 'not' : meant}`]
  })
  const memory = (memoryMb ?? 0) * 2 ** 20
  const mebi = (bytes: number) => (bytes === 0 ? 'none' : `${Math.round(bytes / 2 ** 20)} MiB`)
  return [
    ...(made.image === image ? [] : [`image ${made.image}, specified ${image}`]),
    ...wrongEnv,
    ...(made.entrypoint.join(' ') === entrypoint.join(' ')
      ? []
      : [`it is started with '${made.entrypoint.join(' ')}', specified '${entrypoint.join(' ')}'`]),
    ...(made.names.includes(alias) ? [] : [`its name on the network is ${made.names.join(', ')}, specified ${alias}`]),
    ...(made.memory === memory ? [] : [`memory limit ${mebi(made.memory)}, specified ${mebi(memory)}`]),
  ]
}

/** How the container with this id differs from what is specified for it. */
export async function driftOf(
  docker: Dockerode,
  containerId: string,
  specified: Pick<Specified, 'definition' | 'image'>,
): Promise<string[]> {
  const { name } = specified.definition
  try {
    return await within(callLimitMs, `inspecting ${name}`, compare(docker, containerId, specified))
  } catch (thrown) {
    if (isGone(thrown)) return ['there is no container']
    const message = `Inspecting ${name} failed: ${reasonOf(thrown)}`
    throw new BadgatewayError('ENGINE_CALL_FAILED', message, 'See the log of dockerd.', { cause: thrown })
  }
}

async function compare(docker: Dockerode, containerId: string, specified: Pick<Specified, 'definition' | 'image'>) {
  const found = await docker.getContainer(containerId).inspect()
  const { Config: config } = found
  const [own, meant] = await Promise.all([config.Image, specified.image].map((tag) => docker.getImage(tag).inspect()))
  const made = madeOf(found, own?.Config.Env ?? [])
  return differences({ ...specified, imageEntrypoint: listed(meant?.Config.Entrypoint) }, made)
}

/** `brought`: what its image sets. */
export function madeOf(found: Dockerode.ContainerInspectInfo, brought: readonly string[]): Made {
  const { Config: config, HostConfig: host, NetworkSettings: settings } = found
  const networks: Record<string, { Aliases?: string[] | null }> = settings.Networks
  return {
    image: config.Image,
    env: Object.fromEntries((config.Env ?? []).filter((line) => !brought.includes(line)).map(nameAndValue)),
    entrypoint: listed(config.Entrypoint),
    names: Object.values(networks).flatMap((network) => network.Aliases ?? []),
    memory: host.Memory ?? 0,
  }
}

function listed(entrypoint: string | string[] | null | undefined): string[] {
  return typeof entrypoint === 'string' ? [entrypoint] : (entrypoint ?? [])
}

function nameAndValue(line: string): [string, string] {
  const cut = line.indexOf('=')
  return [line.slice(0, cut), line.slice(cut + 1)]
}

/** A server whose container is not as specified, and in what. */
export interface Drifted {
  name: string
  how: string[]
}

/** The servers behind the proxy whose container is not as specified. */
export async function driftedBackends(stack: Stack): Promise<Drifted[]> {
  const all = await Promise.all(stack.servers().map(async ({ name }) => ({ name, how: await stack.drift(name) })))
  return all.filter(({ how }) => how.length > 0)
}

export const tellDrift = ({ name, how }: Drifted): string => `${name} is not as specified: ${how.join(', ')}`
