import type Dockerode from 'dockerode'
import { BadgatewayError } from '../kit/errors.ts'
import { labelKeys } from './labels.ts'
import { removeAllOf } from './networks.ts'
import { serviceFrom } from './service.ts'
import { backendDefinition, proxyDefinition, type ServiceDefinition } from './shop.ts'
import type { StackSpec } from './stack-spec.ts'
import { streamsOf } from './streams.ts'
import type { Service, Stack } from './types.ts'

interface Parts {
  docker: Dockerode
  runId: string
  entry: string
  services: Service[]
  agent: Stack['agent']
  definitions: readonly ServiceDefinition[]
  spec: StackSpec
  start: (definition: ServiceDefinition) => Promise<Service>
}

/** Makes a stack of the services that are up: how they are found, joined by others, replaced and removed. */
export function assemble({ docker, runId, entry, services, agent, definitions, spec, start }: Parts): Stack {
  const known = new Map(definitions.map((definition) => [definition.name, definition]))
  const service = (name: string) => {
    const found = services.find((one) => one.name === name)
    if (found) return found
    const names = services.map((one) => one.name).join(', ')
    throw new BadgatewayError('SERVICE_UNKNOWN', `There is no service '${name}' in this stack`, `There are: ${names}`)
  }
  const streams = streamsOf(docker, runId, () => services)
  const put = (added: Service) => {
    const index = services.findIndex((one) => one.name === added.name)
    if (index < 0) services.push(added)
    else services[index] = added
    streams.follow(added)
    return added
  }
  const add = async (definition: ServiceDefinition) => {
    known.set(definition.name, definition)
    return put(await start(definition))
  }
  return {
    runId,
    entry,
    services,
    agent,
    streams,
    service,
    byRole: (role) => services.filter((one) => one.role === role),
    addProxy: (name, files) => {
      const { web, api, overlays } = spec
      const options = { published: false, servers: { web, api }, overlays }
      return add({ ...proxyDefinition(name, options), contents: files })
    },
    addBackend: (role, number, change = {}) => add({ ...backendDefinition(role, number, spec), ...change }),
    replace: async (name, { env = {}, ...change }) => {
      const definition = known.get(name)
      if (!definition) throw new BadgatewayError('SERVICE_UNKNOWN', `There is no service '${name}'`, 'See docker ps.')
      await service(name).stop()
      // The changed definition is not kept: whoever replaces it again begins from how it was meant to be.
      return put(await start({ ...definition, ...change, env: { ...definition.env, ...env } }))
    },
    remove: async (name) => {
      const { containerId } = service(name)
      await docker.getContainer(containerId).remove({ force: true, v: true })
      services.splice(
        services.findIndex((one) => one.name === name),
        1,
      )
    },
    refresh: async () => {
      for (const [index, one] of [...services.entries()].reverse()) {
        const id = await runningAs(docker, runId, one.name)
        const ready = known.get(one.name)?.ready
        if (id === undefined || id === one.containerId || !ready) continue
        const { name, role, image, address } = one
        services[index] = serviceFrom({ docker, containerId: id, ready, name, role, image, address })
      }
    },
    lower: () => removeAllOf(docker, runId),
  }
}

/** Id of the container that runs under this service's name; undefined when none or more than one does. */
async function runningAs(docker: Dockerode, runId: string, name: string): Promise<string | undefined> {
  const label = [`${labelKeys.run}=${runId}`, `badgateway.service=${name}`]
  const found = await docker.listContainers({ filters: { label, status: ['running'] } })
  return found.length === 1 ? found[0]?.Id : undefined
}
