import { isGone, type Labels } from '../../engine/index.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import type { FileContent, ServiceDefinition } from '../description/definition.ts'
import { differences, madeOf } from '../raise/specified.ts'
import { type Common, put, type StackParts, stackOf, unknown } from '../stack-of.ts'
import type { ServiceChange, Stack } from '../types.ts'
import type { AttachedServices } from './attached-services.ts'
import { type Inspected, recreate } from './recreate.ts'

interface Parts extends StackParts {
  labels: Labels & Readonly<Record<string, string>>
  images: Readonly<Record<string, string | undefined>>
  made: AttachedServices
  /** As each container was when it was attached. */
  known: ReadonlyMap<string, { definition: ServiceDefinition; meant: Inspected }>
  /** The proxy's configuration without the instruments. */
  reviewed: readonly FileContent[]
  lacking: readonly string[]
}

/** A stack of containers that were there: they can be stopped, changed and replaced, and nothing can join them. */
export function attachedStack(parts: Parts): Stack {
  const { docker, known, description, lacking, reviewed, services } = parts
  const specified = (name: string) => known.get(name) ?? unknown(name, [...known.keys()])
  const versions = new Map([...known].map(([name, { definition }]) => [name, definition]))
  /** All that have stood under a name: whoever is put back is one of them. */
  const lives = new Map([...known].map(([name, { meant }]) => [name, [meant.Id]]))
  return stackOf(parts, versions, (common) => ({
    ...(lacking.length > 0 ? { lacking } : {}),
    addProxy: () => Promise.reject(nobodyJoins()),
    addBackend: () => Promise.reject(nobodyJoins()),
    remove: (name) => Promise.reject(nobodyGoes(name)),
    replace: async (name, change) => {
      const { definition, meant } = specified(name)
      const id = await replaced(parts, common, { name, meant, change })
      lives.get(name)?.push(id)
      const service = parts.made.make(definition, await docker.getContainer(id).inspect())
      put(parts, common, service)
      if (change.awaited !== false) await parts.made.untilReady(definition, service)
      return service
    },
    drift: async (name) => {
      const before = madeOf(specified(name).meant, [])
      const { names, image, ...meant } = before
      const now = await docker.getContainer(common.service(name).containerId).inspect().catch(unlessGone)
      if (!now) return ['there is no container']
      const [alias = name] = names
      const definition = { ...meant, name, alias, memoryMb: meant.memory / 2 ** 20 }
      return differences({ definition, image, imageEntrypoint: [] }, madeOf(now, []))
    },
    specifiedFiles: (name) =>
      Promise.resolve(specified(name) && name === description.proxy.service ? [...reviewed] : []),
    refresh: async () => {
      for (const [index, { name, containerId }] of services.entries()) {
        const ids = lives.get(name)
        if (!ids) continue
        const found = (await Promise.all(ids.map((id) => docker.getContainer(id).inspect().catch(unlessGone)))).flatMap(
          (one) => one ?? [],
        )
        const running = found.filter(({ State: state }) => state.Running)
        const [only] = running
        if (only && running.length === 1) services[index] = parts.made.make(specified(name).definition, only)
        else if (!found.some(({ Id }) => Id === containerId) && found[0]) {
          services[index] = parts.made.make(specified(name).definition, found[0])
        }
      }
    },
  }))
}

/** Stops what stands there and starts the same once more; gives the id. */
async function replaced(
  parts: Parts,
  { service }: Common,
  { name, meant, change }: { name: string; meant: Inspected; change: ServiceChange },
): Promise<string> {
  const { docker, labels, images, description } = parts
  const old = service(name)
  const { NetworkSettings: settings, Image: own } = await docker.getContainer(old.containerId).inspect()
  // What was written into it goes with it: a proxy would be another one without its configuration.
  const { config, folders } = description.proxy
  const files =
    name === description.proxy.service
      ? [...(await old.readFiles([config])), ...(await Promise.all(folders.map((one) => old.readFolder(one)))).flat()]
      : []
  await old.stop()
  const image = change.image === undefined ? own : (images[change.image] ?? change.image)
  const ports = settings.Ports
  return await recreate(docker, meant, { service: name, labels, change, image, files, ports })
}

function unlessGone(thrown: unknown): undefined {
  if (!isGone(thrown)) throw thrown
}

function nobodyJoins(): BadgatewayError {
  const message = 'Nothing can join this stack: its containers were started by somebody else'
  return new BadgatewayError('SERVICE_UNKNOWN', message, 'Add the service to the project.')
}

function nobodyGoes(name: string): BadgatewayError {
  const message = `${name} is not removed: it was started by somebody else`
  return new BadgatewayError('SERVICE_UNKNOWN', message, 'Stop it instead.')
}
