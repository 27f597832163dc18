import type Dockerode from 'dockerode'
import { realClock, within } from '../kit/clock.ts'
import { reasonOf } from '../kit/errors.ts'
import { detach, freeNetwork } from './endpoints.ts'
import { type Labels, labelKeys } from './labels.ts'

/** One thing on the engine that wears our label. */
export interface Thing {
  kind: 'container' | 'network' | 'volume' | 'image'
  id: string
  name: string
  labels: Labels
  /** Of a container: `running`, `paused`, `exited` …; empty for the rest. */
  state: string
}

/**
 * Milliseconds for one call to the engine while cleaning up. A quiet engine removes all containers of a stack in 1.5 s;
 * a crowded one was seen to take 9 s, and what is given up too early is told as left.
 */
const callMs = 20_000

/** Everything on the engine that wears our label: of one run, or of all. */
export async function findOurs(docker: Dockerode, runId?: string): Promise<Thing[]> {
  const filters = { label: [runId === undefined ? labelKeys.run : `${labelKeys.run}=${runId}`] }
  const [containers, networks, volumes, all, images] = await within(
    callMs,
    'listing what is ours',
    Promise.all([
      docker.listContainers({ all: true, filters }),
      docker.listNetworks({ filters }),
      docker.listVolumes({ filters }),
      docker.listVolumes({ filters: { name: ['badgateway-'] } }),
      docker.listImages({ filters: { label: filters.label } }),
    ]),
  )
  return [
    ...containers.map(({ Id, Names, Labels, State }) => {
      return thing('container', Id, { name: Names[0]?.slice(1), labels: Labels, state: State })
    }),
    ...networks.map(({ Id, Name, Labels }) => thing('network', Id, { name: Name, labels: Labels })),
    ...(volumes.Volumes ?? []).map(({ Name, Labels }) => thing('volume', Name, { labels: Labels })),
    ...images.flatMap(({ RepoTags, Labels }) => builtImages(RepoTags, Labels)),
    ...(all.Volumes ?? []).flatMap(({ Name, Labels }) => nameless(Name, Labels, runId)),
  ]
}

/** Images that are built for one run are called so, and no others. */
export const builtPrefix = 'badgateway-built/'

/** Labels go into every image that is made of a container of ours: only one of such a name is built for a run. */
function builtImages(tags: readonly string[] | null | undefined, labels: Labels | null | undefined): Thing[] {
  const built = (tags ?? []).filter((tag) => tag.startsWith(builtPrefix))
  return built.map((tag) => thing('image', tag, { labels }))
}

/** As `createNetworks` names it, and the room `compose` those of a project. */
const ownVolume = /^badgateway-([a-zA-Z0-9][\w.-]{0,99}?)(?:(?:-staging)?-logs|-[0-9a-f]{6}-volume-.+)$/

/**
 * A volume without our label: the engine makes one anew when it ends the creation of a container whose volume has
 * been removed meanwhile. Whose it is only its name says.
 */
function nameless(name: string, labels: Labels | null | undefined, runId: string | undefined): Thing[] {
  const own = ownVolume.exec(name)?.[1]
  if (own === undefined || labels?.[labelKeys.run] !== undefined || (runId !== undefined && own !== runId)) return []
  return [thing('volume', name, { labels: { [labelKeys.run]: own } })]
}

function thing(
  kind: Thing['kind'],
  id: string,
  more: { name?: string | undefined; labels?: Labels | null | undefined; state?: string },
): Thing {
  return { kind, id, name: more.name ?? id, labels: more.labels ?? {}, state: more.state ?? '' }
}

/** For people: `container badgateway-x-web-1`. */
export const nameOf = (one: Thing) => `${one.kind} ${one.name}`

export interface Removal {
  removed: Thing[]
  /** What is still there, and why. */
  left: { thing: Thing; because: string }[]
}

/**
 * Removes these things: containers with their anonymous volumes first, all at once when they are off their networks,
 * then networks, volumes and images. Images one after the other: of two tags of one that go at the same moment the
 * engine (Docker 20.10) forgets the second's image, and says 500 for ever.
 */
export async function removeThings(docker: Dockerode, things: readonly Thing[]): Promise<Removal> {
  const result: Removal = { removed: [], left: [] }
  const containers = things.filter(({ kind }) => kind === 'container')
  const rest = things.filter(({ kind }) => kind !== 'container')
  const ids = new Set(containers.map(({ id }) => id))
  await Promise.all(rest.map(({ kind, id }) => (kind === 'network' ? detach(docker, id, ids) : undefined)))
  const remove = async (one: Thing) => {
    const because = await removeThing(docker, one)
    if (because === undefined) result.removed.push(one)
    else result.left.push({ thing: one, because })
  }
  await Promise.all(containers.map(remove))
  await Promise.all(rest.filter(({ kind }) => kind !== 'image').map(remove))
  for (const one of rest) if (one.kind === 'image') await remove(one)
  return result
}

/** Undefined when it is gone, otherwise why not. */
export async function removeThing(docker: Dockerode, one: Pick<Thing, 'kind' | 'id'>): Promise<string | undefined> {
  try {
    await within(callMs, `removing ${one.kind} ${one.id}`, removalOf(docker, one))
    return undefined
  } catch (thrown) {
    if (isGone(thrown)) return undefined
    if (/already in progress/i.test(reasonOf(thrown))) return await waitGone(docker, one)
    if (one.kind === 'network' && /active endpoints/i.test(reasonOf(thrown))) return await removeUsed(docker, one.id)
    return reasonOf(thrown)
  }
}

function removalOf(docker: Dockerode, { kind, id }: Pick<Thing, 'kind' | 'id'>): Promise<unknown> {
  if (kind === 'container') return docker.getContainer(id).remove({ force: true, v: true })
  if (kind === 'network') return docker.getNetwork(id).remove()
  if (kind === 'image') return docker.getImage(id).remove({ force: true })
  return docker.getVolume(id).remove({ force: true })
}

async function removeUsed(docker: Dockerode, network: string): Promise<string | undefined> {
  const used = await freeNetwork(docker, network)
  if (used !== undefined) return `the engine says that it has active endpoints: ${used}`
  try {
    await within(callMs, `removing network ${network}`, docker.getNetwork(network).remove())
    return undefined
  } catch (thrown) {
    return isGone(thrown) ? undefined : reasonOf(thrown)
  }
}

/** Somebody else is removing the container already: wait until they have. */
async function waitGone(docker: Dockerode, { kind, id }: Pick<Thing, 'kind' | 'id'>): Promise<string | undefined> {
  if (kind !== 'container') return 'its removal is in progress'
  const end = realClock.now() + callMs
  while (realClock.now() < end) {
    try {
      await within(callMs, `inspecting container ${id}`, docker.getContainer(id).inspect())
    } catch (thrown) {
      if (isGone(thrown)) return undefined
    }
    await realClock.sleep(50)
  }
  return 'its removal does not end'
}

/** Did the engine say that there is no such thing? */
export function isGone(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown && thrown.statusCode === 404
}
