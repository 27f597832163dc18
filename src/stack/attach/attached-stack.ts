import { dirname } from 'node:path/posix'
import { isGone, type Labels } from '../../engine/index.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import { agentName } from '../description/agent-definition.ts'
import type { FileContent, ServiceDefinition } from '../description/definition.ts'
import { differences, madeOf } from '../raise/specified.ts'
import { type Common, put, type StackParts, stackOf, unknown } from '../stack-of.ts'
import type { Service, ServiceChange, Stack } from '../types.ts'
import type { AttachedServices } from './attached-services.ts'
import { holderOf } from './hold-address.ts'
import { type Inspected, recreate } from './recreate.ts'
import { successorsOf } from './successors.ts'
import type { Networks } from './whereabouts.ts'

interface Parts extends StackParts {
  labels: Labels & Readonly<Record<string, string>>
  images: Readonly<Record<string, string | undefined>>
  made: AttachedServices
  /** As each container was when it was attached. */
  known: ReadonlyMap<string, { definition: ServiceDefinition; meant: Inspected }>
  /** The proxy's configuration without the instruments. */
  reviewed: readonly FileContent[]
}

/** A stack of containers that were there: they can be stopped, changed and replaced, and nothing can join them. */
export function attachedStack(parts: Parts): Stack {
  const { docker, known, description, reviewed, services } = parts
  const specified = (name: string) => known.get(name) ?? unknown(name, [...known.keys()])
  const versions = new Map([...known].map(([name, { definition }]) => [name, definition]))
  /** All that have stood under a name: whoever is put back is one of them. */
  const lives = new Map([...known].map(([name, { meant }]) => [name, [meant.Id]]))
  let addresses = addressesOf(services)
  return stackOf(parts, versions, (common) => ({
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
      const { meant } = specified(name)
      const now = await lookedAt(docker, common.service(name).containerId)
      return now ? driftBetween(name, meant, now) : ['there is no container']
    },
    specifiedFiles: (name) =>
      Promise.resolve(specified(name) && name === description.proxy.service ? [...reviewed] : []),
    refresh: async ({ quietly = false } = {}) => {
      await lookAgain(parts, common, lives)
      if (quietly) return
      // Nginx has resolved the names once: what came back elsewhere would be unknown to it for ever.
      const proxy = common.service(description.proxy.service)
      if (addressesOf(services) !== addresses && (await proxy.state()).running) await proxy.signal('HUP')
      addresses = addressesOf(services)
    },
  }))
}

/** Which container stands under each name now; `lives` are all that have, and one that is new there is followed. */
async function lookAgain(parts: Parts, common: Common, lives: Map<string, string[]>): Promise<void> {
  const { docker, labels, known, services, description, made } = parts
  const successors = description.attached ? undefined : await successorsOf(docker, labels, known)
  for (const [index, { name, containerId }] of services.entries()) {
    const before = lives.get(name) ?? []
    const ids = [...new Set([...before, ...(successors?.get(name) ?? [])])]
    const found = (await Promise.all(ids.map((id) => lookedAt(docker, id)))).flatMap((one) => one ?? [])
    const there = standsFor(found, containerId)
    const definition = known.get(name)?.definition
    if (!there || !definition) continue
    lives.set(name, ids)
    const service = made.make(definition, there)
    if (before.includes(there.Id)) services[index] = service
    else put(parts, common, service)
  }
}

const addressesOf = (services: readonly Service[]) => services.map(({ name, address }) => `${name} ${address}`).join()

/** Of all that have stood under a name: the one that runs, else the one that is known, else any that is left. */
function standsFor(found: readonly Inspected[], known: string): Inspected | undefined {
  const running = found.filter(({ State: state }) => state.Running)
  return running.length === 1 ? running[0] : (found.find(({ Id: id }) => id === known) ?? found[0])
}

function driftBetween(name: string, meant: Inspected, now: Inspected): string[] {
  const { names, ...before } = madeOf(meant, [])
  const definition = { ...before, name, alias: names[0] ?? name, memoryMb: before.memory / 2 ** 20 }
  // A name of an image may mean another one by now.
  const after = { ...madeOf(now, []), image: now.Image }
  return differences({ definition, image: meant.Image, imageEntrypoint: [] }, after)
}

async function lookedAt(docker: StackParts['docker'], id: string): Promise<Inspected | undefined> {
  return await docker
    .getContainer(id)
    .inspect()
    .catch((thrown: unknown) => {
      if (!isGone(thrown)) throw thrown
      return undefined
    })
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
  const kept = name === description.proxy.service ? [...new Set([dirname(config), ...folders])] : []
  const holder = change.elsewhere && (await holderFor(parts, old, settings.Networks))
  try {
    await old.stop()
    if (holder) await holder.take()
    const image = change.image === undefined ? own : (images[change.image] ?? change.image)
    const ports = settings.Ports
    return await recreate(docker, meant, { service: name, labels, change, image, from: old.containerId, kept, ports })
  } finally {
    if (holder) await holder.remove()
  }
}

/** Undefined: it stands on no network of an address that could be given again. */
async function holderFor({ docker, labels, images }: Parts, { name, address }: Service, networks: Networks) {
  const network = Object.keys(networks).find((one) => networks[one]?.IPAddress === address)
  const image = images[agentName]
  if (network === undefined || image === undefined) return undefined
  return await holderOf(docker, { labels, image, service: name, network, address })
}

function nobodyJoins(): BadgatewayError {
  const message = 'Nothing can join this stack: its containers were there before it'
  return new BadgatewayError('SERVICE_UNKNOWN', message, 'Add the service to the project.')
}

function nobodyGoes(name: string): BadgatewayError {
  const message = `${name} is not removed: it was there before the stack`
  return new BadgatewayError('SERVICE_UNKNOWN', message, 'Stop it instead.')
}
