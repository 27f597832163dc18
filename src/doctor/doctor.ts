import { inScope } from '../cleanup/index.ts'
import { findCompose } from '../compose/index.ts'
import {
  connectEngine,
  type Engine,
  type EngineOptions,
  type Environment,
  findOurs,
  labelKeys,
  nameOf,
  ownerAlive,
  ownerOf,
} from '../engine/index.ts'
import { baseTag, expectImages, type ImageTags, imageNames, isPresent } from '../images/index.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { dockerFolder } from '../kit/home.ts'
import {
  composeFinding,
  diskFinding,
  engineFindings,
  type Finding,
  imagesFinding,
  iptablesFinding,
  leftoversFinding,
  memoryFinding,
  netemFinding,
  nodeFinding,
  oomFinding,
  row,
} from './doctor-findings.ts'
import { availableMemory, freeDisk, hostIptables, type Place, probeNetworkTools, probeOom } from './doctor-probes.ts'

export type { Condition, Finding } from './doctor-findings.ts'

export interface DoctorOptions extends EngineOptions {
  env: Environment
  /** Of the Node that runs us, as `process.version` has it. */
  nodeVersion: string
}

/**
 * Looks at everything a run needs, without starting one: small containers of ours try the memory limit and the network
 * tools. Never rejects for what it finds: a failed look is a finding too. At most some 30 s on a hanging engine.
 */
export async function examine(options: DoctorOptions): Promise<Finding[]> {
  const { env, nodeVersion, ...engineOptions } = options
  const findings = [nodeFinding(nodeVersion)]
  let engine: Engine
  try {
    engine = await connectEngine(env, engineOptions)
  } catch (thrown) {
    const { message, hint } = thrown instanceof BadgatewayError ? thrown : { message: reasonOf(thrown), hint: null }
    return [...findings, row('engine', 'missing', message, hint), memoryFinding(await availableMemory())]
  }
  const [tried, memory, disk, images, leftovers, compose] = await Promise.all([
    looked('containers', () => tryContainers(engine)),
    looked('memory', async () => [memoryFinding(await availableMemory())]),
    looked('disk', async () => [diskFinding(await freeDisk(engine.info.folder), engine.info.folder)]),
    looked('images', async () => [await lookAtImages(engine)]),
    looked('leftovers', async () => [await lookAtLeftovers(engine)]),
    looked('Compose', async () => [await lookAtCompose(env)]),
  ])
  const rows = [tried, compose, memory, disk, images, leftovers].flat()
  return [...findings, ...engineFindings(engine.info, engine.dockerHost), ...rows]
}

/** Whether a run could be started here. */
export function isUsable(findings: readonly Finding[]): boolean {
  return findings.every(({ condition }) => condition !== 'missing')
}

async function looked(topic: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look()
  } catch (thrown) {
    return [row(topic, 'warning', `could not be looked at: ${reasonOf(thrown)}`, 'Is the engine healthy?')]
  }
}

/** Whoever kills the doctor leaves none of these behind: they are guarded like those of a run. */
async function tryContainers(engine: Engine): Promise<Finding[]> {
  return await inScope(engine, async ({ labels }) => {
    const place = { docker: engine.docker, labels }
    const tried = await Promise.all([
      looked('memory limits', async () => [await lookAtMemoryLimits(engine, place)]),
      looked('network tools', () => lookAtNetwork(place)),
    ])
    return tried.flat()
  })
}

async function lookAtMemoryLimits({ docker, info }: Engine, place: Place): Promise<Finding> {
  const image = await baseTag(dockerFolder())
  if (!info.memoryLimits || !(await isPresent(docker, image))) return oomFinding(info.memoryLimits, undefined)
  return oomFinding(true, await probeOom(place, image))
}

/** The proxy's and the agent's image have the tools, if any has. */
async function lookAtNetwork(place: Place): Promise<Finding[]> {
  const tags = await presentImages(place.docker)
  const tried = await Promise.all((tags ? [tags.proxy, tags.agent] : []).map((tag) => probeNetworkTools(place, tag)))
  const inside = tried.map(({ iptables }) => iptables).find((outcome) => outcome !== undefined)
  const netem = tried.map(({ netem }) => netem).find((outcome) => outcome !== undefined)
  return [iptablesFinding(inside, await hostIptables()), netemFinding(netem)]
}

async function presentImages(docker: Engine['docker']): Promise<ImageTags | undefined> {
  return await expectImages(docker).catch(() => undefined)
}

async function lookAtImages({ docker }: Engine): Promise<Finding> {
  try {
    await expectImages(docker)
    return imagesFinding(imageNames.length, undefined)
  } catch (thrown) {
    return imagesFinding(imageNames.length, reasonOf(thrown))
  }
}

async function lookAtCompose(env: Environment): Promise<Finding> {
  try {
    return composeFinding(await findCompose(env))
  } catch (thrown) {
    if (thrown instanceof BadgatewayError && thrown.code === 'COMPOSE_MISSING') return composeFinding(thrown)
    throw thrown
  }
}

async function lookAtLeftovers({ docker }: Engine): Promise<Finding> {
  // A probe of this very look wears our label as well.
  const me = ownerOf(process.pid)
  const things = (await findOurs(docker)).filter(({ labels }) => labels[labelKeys.owner] !== me)
  const isAlive = (owner: string | undefined) => owner !== undefined && ownerAlive(owner)
  const dead = things.filter(({ labels }) => !isAlive(labels[labelKeys.owner])).map(nameOf)
  const living = things.filter(({ labels }) => isAlive(labels[labelKeys.owner])).map(nameOf)
  return leftoversFinding(dead, living)
}
