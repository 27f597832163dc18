import type Dockerode from 'dockerode'
import { memoryLimitOf } from '../../engine/index.ts'
import { within } from '../../kit/clock.ts'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import type { ServiceSnapshot, StackSnapshot } from '../../kit/stack-snapshot.ts'
import { statusPaths } from '../../nginx/index.ts'
import { type Agent, behaviourPath } from '../../protocol/index.ts'
import type { ServiceDefinition } from '../description/definition.ts'
import type { StackDescription } from '../description/description.ts'
import { prometheusOf } from '../prometheus.ts'
import type { Service } from '../types.ts'
import { effectiveConfiguration } from './effective-configuration.ts'
import { programVersion } from './program-versions.ts'
import { aliasesOf, commandOf, configurationOf, coresOf, envOf, networksOf, rulesOf } from './snapshot-parts.ts'

const limitMs = 20_000
const askLimitMs = 2_000

interface Parts {
  services: readonly Service[]
  agent: Agent
  description: StackDescription
  specified: ReadonlyMap<string, Pick<ServiceDefinition, 'version'>>
}

/**
 * What these containers are made of now. What does not answer is null in it; ENGINE_CALL_FAILED when the engine fails.
 */
export async function snapshotStack(
  docker: Dockerode,
  { services, agent, description, specified }: Parts,
): Promise<StackSnapshot> {
  const { can, upstreams, monitoring } = description
  const look = async (service: Service): Promise<ServiceSnapshot> => {
    const found = await docker.getContainer(service.containerId).inspect()
    const state = stateOf(found.State)
    const isProxy = service.role === 'proxy' && state === 'running'
    const isServer = Object.hasOwn(upstreams, service.role)
    const question = specified.get(service.name)?.version
    const [program, configuration, serves, behaviour] = await Promise.all([
      state === 'running' && question ? programVersion(service, question, found.Image) : null,
      isProxy ? effective(service, description.proxy) : null,
      isProxy && can.instrumented ? answerOf(agent, service, can.instrumented.port, statusPaths.release) : null,
      isServer && can.scriptable ? answerOf(agent, service, can.scriptable.port, behaviourPath) : null,
    ])
    return {
      name: service.name,
      role: service.role,
      state,
      image: found.Image,
      program,
      configuration,
      serves,
      behaviour,
      memoryLimit: memoryLimitOf(found.HostConfig),
      restart: found.HostConfig.RestartPolicy?.Name || 'no',
      env: envOf(found.Config.Env ?? []),
      networks: networksOf(Object.keys(found.NetworkSettings.Networks)),
      aliases: aliasesOf(found.NetworkSettings.Networks, found.Id),
      startedWith: commandOf(found.Config),
      cpus: coresOf(found.HostConfig),
    }
  }
  const work = Promise.all([Promise.all(services.map(look)), loadedRules(agent, monitoring)])
  const [looked, rules] = await within(limitMs, 'the snapshot of the stack', work).catch((thrown: unknown) => {
    if (thrown instanceof BadgatewayError) throw thrown
    const message = `The stack cannot be looked at: ${reasonOf(thrown)}`
    throw new BadgatewayError('ENGINE_CALL_FAILED', message, 'See the log of dockerd.', { cause: thrown })
  })
  return { services: looked.sort((a, b) => (a.name < b.name ? -1 : 1)), rules }
}

function stateOf({ Running, Paused }: { Running: boolean; Paused: boolean }): ServiceSnapshot['state'] {
  return Paused ? 'paused' : Running ? 'running' : 'ended'
}

/** Null when Nginx refuses what lies there. */
async function effective(
  service: Service,
  place: StackDescription['proxy'],
): Promise<ServiceSnapshot['configuration']> {
  const said = await effectiveConfiguration({ exec: service.exec, place })
  return said === undefined ? null : configurationOf(said)
}

async function answerOf(agent: Agent, { host }: Service, port: number, path: string): Promise<string | null> {
  const wish = { host, port, path, timeoutMs: askLimitMs }
  const answer = await agent.forward(wish).catch(() => undefined)
  return answer?.status === 200 ? answer.body.trim() : null
}

async function loadedRules(agent: Agent, monitoring: StackDescription['monitoring']): Promise<StackSnapshot['rules']> {
  if (!monitoring) return null
  const groups = await prometheusOf(agent, monitoring)
    .rules(undefined, { timeoutMs: askLimitMs })
    .catch(() => undefined)
  return groups ? rulesOf(groups) : null
}
