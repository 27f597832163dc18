import type Dockerode from 'dockerode'
import { within } from '../../kit/clock.ts'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import type { ServiceSnapshot, StackSnapshot } from '../../kit/stack-snapshot.ts'
import { type Agent, ports } from '../../protocol/index.ts'
import type { Service } from '../types.ts'
import { effectiveConfiguration } from './effective-configuration.ts'
import { programVersion } from './program-versions.ts'
import { configurationOf, envOf, networksOf, rulesOf } from './snapshot-parts.ts'

const limitMs = 20_000
const askLimitMs = 2_000

interface Parts {
  services: readonly Service[]
  agent: Agent
}

/**
 * What these containers are made of now. What does not answer is null in it; ENGINE_CALL_FAILED when the engine fails.
 */
export async function snapshotStack(docker: Dockerode, { services, agent }: Parts): Promise<StackSnapshot> {
  const look = async (service: Service): Promise<ServiceSnapshot> => {
    const found = await docker.getContainer(service.containerId).inspect()
    const state = stateOf(found.State)
    const isProxy = service.role === 'proxy' && state === 'running'
    const [program, configuration, serves, behaviour] = await Promise.all([
      state === 'running' ? programVersion(service, found.Image) : null,
      isProxy ? effective(service) : null,
      isProxy ? answerOf(agent, service, '/config-hash') : null,
      service.role === 'web' || service.role === 'api' ? answerOf(agent, service, '/behaviour') : null,
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
      memoryLimit: found.HostConfig.Memory || null,
      restart: found.HostConfig.RestartPolicy?.Name || 'no',
      env: envOf(found.Config.Env ?? []),
      networks: networksOf(Object.keys(found.NetworkSettings.Networks)),
    }
  }
  const work = Promise.all([Promise.all(services.map(look)), loadedRules({ services, agent })])
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
async function effective(service: Service): Promise<ServiceSnapshot['configuration']> {
  const said = await effectiveConfiguration(service)
  return said === undefined ? null : configurationOf(said)
}

const portOf = { '/config-hash': ports.proxyStatus, '/behaviour': ports.backendControl } as const

async function answerOf(agent: Agent, { name }: Service, path: keyof typeof portOf): Promise<string | null> {
  const wish = { host: name, port: portOf[path], path, timeoutMs: askLimitMs }
  const answer = await agent.forward(wish).catch(() => undefined)
  return answer?.status === 200 ? answer.body.trim() : null
}

async function loadedRules({ services, agent }: Parts): Promise<StackSnapshot['rules']> {
  const monitoring = services.find((one) => one.role === 'monitoring')
  if (!monitoring) return null
  const wish = { host: monitoring.name, port: ports.prometheus, path: '/api/v1/rules', timeoutMs: askLimitMs }
  const answer = await agent.forward(wish).catch(() => undefined)
  return answer?.status === 200 ? rulesOf(answer.body) : null
}
