import type Dockerode from 'dockerode'
import { allEnded } from '../../kit/all-ended.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import type { Agent } from '../../protocol/index.ts'
import { agentDefinition, agentName } from '../description/agent-definition.ts'
import type { StackDescription, TheirMonitoring } from '../description/description.ts'
import { expectSound } from '../description/sound.ts'
import { insideOf } from '../inside.ts'
import type { TextFile } from '../raise/container.ts'
import { untilRunning } from '../ready.ts'
import { serviceFrom } from '../service.ts'
import { unknown } from '../stack-of.ts'
import type { Service, Stack } from '../types.ts'
import { agentAlias, startAgent } from './agent.ts'
import { AttachedServices } from './attached-services.ts'
import { attachedStack } from './attached-stack.ts'
import { instrumentProxy } from './instrument-proxy.ts'
import { type ContainerOf, type Looked, lookAt } from './look.ts'
import { startMonitoring } from './monitoring.ts'
import { proxyAsItRuns } from './proxy-as-it-runs.ts'
import type { Inspected } from './recreate.ts'
import { siteMoves } from './site.ts'
import { theirsThere } from './theirs.ts'
import { unheardOf, volumeOf } from './unheard.ts'

export interface AttachOptions {
  docker: Dockerode
  runId: string
  /** The run's, which the containers wear too: undo and guard touch nothing else. */
  labels: Readonly<Record<string, string>>
  /** Reference of the agent's image, and of those that a service may be replaced with. */
  images: Readonly<{ agent: string } & Record<string, string | undefined>>
  /** What they are. An agent in it is replaced by the one that is started. */
  description: StackDescription
  /** One for each service of the description but the agent. Of an attached description: those that were agreed to. */
  containers: readonly ContainerOf[]
  /** Where users connect: `http://127.0.0.1:PORT`, or https. */
  entry: string
  /** What is asked where the description has monitoring of ours, `withMonitoring`. */
  rules?: readonly TextFile[]
  /** Asked in place of that, where it answers. */
  theirs?: TheirMonitoring
  /** Hears why it is not asked. */
  tell?: (line: string) => void
  signal?: AbortSignal
}

/**
 * Makes a stack of containers that somebody else has started: puts the agent on their networks, waits until each is
 * ready, and instruments the proxy on its own files. What the description says it can do and it cannot is in `lacking`,
 * and is not in the stack's own description any more. SERVICE_NOT_READY when one is not, or cannot be attached to;
 * UNDO_REFUSED when one does not wear the label of the run, or, where the description is `attached`, wears one.
 */
export async function attachStack(options: AttachOptions): Promise<Stack> {
  const { docker, labels, containers, signal } = options
  const nobody = agentDefinition({ token: '', servers: [] })
  const others = options.description.services.filter(({ role }) => role !== agentName)
  expectSound({ ...options.description, services: [...others, nobody] })
  const strangers = others.filter(({ role }) => role !== 'monitoring')
  const agreed = options.description.attached !== undefined
  const first = await lookAt(docker, { labels, services: strangers, containers, agreed })
  await allEnded(first.map((one) => untilItRuns(docker, one, signal)))
  // One that has only just begun had no address.
  const looked = await lookAt(docker, { labels, services: strangers, containers, agreed })
  const services: Service[] = []
  const find = (name: string) => services.find((one) => one.name === name) ?? unknown(name, namesOf(services))
  const insides = insideOf(docker, () => options.images.agent, find, agreed ? labels : undefined)
  const made = new AttachedServices({ docker, description: options.description, looked, insides })
  const gate = gateOf(options, looked)
  const { description, reload } = await proxyAsItRuns(docker, gate, heardBy(gate.found, options.description))
  made.reload = reload
  services.push(...looked.map(({ definition, found }) => made.make(definition, found)))
  const [{ agent, service, definition }] = await allEnded([
    startAgent(agentFor(options, made, gate.found)),
    ...looked.map((one) => made.untilReady(one.definition, find(one.definition.name), signal)),
  ])
  signal?.throwIfAborted()
  services.push(service)
  const proxy = find(description.proxy.service)
  const place = { proxy, agent, place: description.proxy, can: description.can, env: gate.found.Config.Env, signal }
  const { can, lacking: lacks, reviewed } = await instrumentProxy(place)
  const lacking = new Set([...lacks, ...unheardOf(gate.found, description)])
  const known = new Map(looked.map((one) => [one.definition.name, { definition: one.definition, meant: one.found }]))
  const attached = { ...description, can, services: [...strangers, definition] }
  const whole = await watched(options, attached, { made, services, agent })
  const owning = whole.monitoring ? { ownRules: true as const } : {}
  const parts = { ...options, ...owning, services, agent, description: whole }
  return attachedStack({ ...parts, made, known, lacking, reviewed, insides })
}

/**
 * With their monitoring, where it answers; else with ours, which is started as soon as it is known what the proxy
 * tells: its service is added.
 */
async function watched(
  options: AttachOptions,
  described: StackDescription,
  { made, services, agent }: { made: AttachedServices; services: Service[]; agent: Agent },
): Promise<StackDescription> {
  const { docker, runId, labels, images, rules = [], theirs, tell = () => undefined, signal } = options
  signal?.throwIfAborted()
  const hostOf = (name: string) => made.whereabouts(name).host
  const there = theirs && (await theirsThere(theirs, { agent, hostOf, tell, signal }))
  const { monitoring: ours, ...description } = described
  if (there) return { ...description, monitoring: there }
  if (!ours) return description
  const { service, definition, monitoring } = await startMonitoring({
    docker,
    runId,
    labels,
    image: images['monitoring'],
    networks: made.networks,
    hostOf,
    agent: agentAlias(runId),
    description: described,
    rules,
  })
  signal?.throwIfAborted()
  services.push(service)
  return { ...description, monitoring, services: [...description.services, definition] }
}

/** A log of ours that the agent cannot share nobody reads: it is fed with what the proxy's output tells. */
function heardBy(gate: Inspected, { can: { logged, ...can }, ...description }: StackDescription): StackDescription {
  if (logged && volumeOf(gate, logged.file)) return { ...description, can: { ...can, logged } }
  const { instrumented } = can
  const isUnheard = instrumented !== undefined && unheardOf(gate, { ...description, can }).length > 0
  return { ...description, can: { ...can, ...(isUnheard ? { instrumented: { ...instrumented, isUnheard } } : {}) } }
}

const namesOf = (services: readonly Service[]) => services.map(({ name }) => name)

/** Before anybody stands beside it: by its own health check, where it has one. */
async function untilItRuns(docker: Dockerode, { definition, found }: Looked, signal?: AbortSignal): Promise<void> {
  const { name, role } = definition
  const { exec } = serviceFrom({ docker, containerId: found.Id, ready: 'running', name, role, image: '', address: '' })
  await untilRunning({ container: docker.getContainer(found.Id), name, exec, signal })
}

/** The container of the proxy. Its site must stay where it is: the engine may choose another port at each start. */
function gateOf({ docker, description, entry }: AttachOptions, looked: readonly Looked[]) {
  const { attached, proxy } = description
  const { service: name } = proxy
  const found = looked.find(({ definition }) => definition.name === name)?.found ?? unknown(name, [])
  // Of an attached stack the proxy is not ended.
  if (siteMoves(found, entry) && !attached?.siteMoves) {
    const message = `The engine has chosen the port of ${entry} for ${name}, and would choose another at its next start`
    throw new BadgatewayError('SERVICE_NOT_READY', message, 'Publish it on a port of your choice.')
  }
  const { exec } = serviceFrom({
    docker,
    containerId: found.Id,
    ready: 'running',
    name,
    role: 'proxy',
    image: '',
    address: '',
  })
  return { found, exec }
}

/** Where it stands, whom it asks, and what it reads. */
function agentFor(
  { docker, runId, labels, images, description }: AttachOptions,
  made: AttachedServices,
  gate: Inspected,
) {
  const { can, proxy, upstreams } = description
  const { instrumented, logged } = can
  const members = Object.values(upstreams).flatMap(({ servers }) => servers)
  const hostOf = (name: string) => made.whereabouts(name).host
  const volume = logged && volumeOf(gate, logged.file)
  const status = instrumented?.port
  return {
    docker,
    runId,
    labels,
    image: images.agent,
    networks: made.networks,
    servers: members.map(hostOf),
    routes: [...new Set(Object.values(upstreams).map(({ location = '/' }) => location))],
    ...(status ? { proxy: { statusPort: status, accessLog: logged?.file ?? '', host: hostOf(proxy.service) } } : {}),
    ...(volume ? { logVolume: volume } : {}),
  }
}
