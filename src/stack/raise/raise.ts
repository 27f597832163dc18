import { randomBytes } from 'node:crypto'
import type Dockerode from 'dockerode'
import { expectFree, freePort, labelKeys, removeAllOf } from '../../engine/index.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import { ports } from '../../protocol/index.ts'
import { connectAgent } from '../agent.ts'
import { agentName } from '../description/agent-definition.ts'
import type { ServiceDefinition } from '../description/definition.ts'
import type { Define } from '../description/description.ts'
import { expectSound } from '../description/sound.ts'
import { serviceFrom } from '../service.ts'
import type { Service, Stack } from '../types.ts'
import { assemble } from './assemble.ts'
import { filesOf, publishedPort, type Site, startContainer, type TextFile } from './container.ts'
import { instrumentedFiles } from './instrumented-files.ts'
import { createNetworks } from './networks.ts'

export interface RaiseOptions {
  docker: Dockerode
  runId: string
  labels: Record<string, string>
  /** Reference of each image, by its name. */
  images: Readonly<Record<string, string | undefined>>
  /** Folder with `proxy/`, `monitoring/` and so on. */
  dockerFolder: string
  /** What it is made of. */
  define: Define
  /** The user's own rule files instead of ours. */
  ownRules?: readonly TextFile[]
  /** Port on 127.0.0.1 for the site; absent: a free one. */
  port?: number
  /** Stops raising: what is there is removed at once, so that nothing is waited for any more. */
  signal?: AbortSignal
  /** A second stack of the run, beside the first: on networks of its own, its site not published. */
  beside?: 'staging'
}

/** The gateway of the subnet and the engine's own names have the first ones. */
const firstAddress = 10

/**
 * Starts a stack, and resolves when each container has said that it is ready. Monitoring goes first, and the others
 * all at once as soon as it runs: Prometheus asks its targets five seconds after its start, and everybody waits for it.
 */
export async function raiseStack(options: RaiseOptions, startOne = startContainer): Promise<Stack> {
  const { docker, runId, beside, signal = new AbortController().signal } = options
  const token = randomBytes(24).toString('base64url')
  const description = options.define(token)
  expectSound(description)
  const hostPort = options.port ?? (await freePort())
  if (options.port !== undefined) await expectFree(options.port)
  const labels = { ...options.labels, ...(beside === undefined ? {} : { [labelKeys.stack]: beside }) }
  const { names, logVolume, prefix } = await createNetworks(docker, runId, labels, beside)
  signal.throwIfAborted()
  const addressOf = addressesIn(prefix)
  const imageOf = (one: ServiceDefinition) => imageFor(one, options.images)
  const folders = foldersOf(options)
  const lacking = new Set<string>()
  let stack: Stack | undefined
  const start = async (one: ServiceDefinition, onStarted?: () => void): Promise<Service> => {
    const { name, role, ready } = one
    const image = imageOf(one)
    const address = addressOf(name, one.elsewhere)
    const site: Site = {
      ...folders,
      docker,
      image,
      labels: { ...labels, 'badgateway.role': role, 'badgateway.service': beside ? `${beside}/${name}` : name },
      networks: names,
      logVolume,
      address,
      fit: (definition, files) => instrumentedFiles(description, definition, files, (lack) => lacking.add(lack)),
      ...(one.published === undefined || role === agentName ? {} : { hostPort }),
      ...(onStarted ? { onStarted } : {}),
    }
    const started = await startOne(one, site)
    const containerId = started.getId()
    return serviceFrom({ docker, containerId, ready, name, role, image, address, inside: () => stack?.inside(name) })
  }
  const services = await startAll(
    () => inTurn(description.services, start, signal),
    signal,
    () => removeAllOf(docker, labels, beside),
  )
  const agentId = services.find((service) => service.role === agentName)?.containerId ?? ''
  const agentPort = await publishedPort(docker, agentId, ports.agentControl)
  const agent = connectAgent({ baseUrl: `http://127.0.0.1:${agentPort}`, token })
  const entry = beside === undefined ? `http://127.0.0.1:${hostPort}` : ''
  const owning = options.ownRules ? { ownRules: true as const } : {}
  const parts = { docker, runId, labels, beside, entry, services, agent, description, lacking, ...owning }
  stack = assemble({ ...parts, start, imageOf, specifiedFiles: (one) => contentsOf(one, folders) })
  return stack
}

/** Each name has one address, the same again whenever it is asked for; `elsewhere`: one that nobody had, this once. */
function addressesIn(prefix: string): (name: string, elsewhere?: true) => string {
  const addresses = new Map<string, string>()
  let given = 0
  const next = () => `${prefix}.${firstAddress + given++}`
  return (name, elsewhere) => {
    if (elsewhere) return next()
    const address = addresses.get(name) ?? next()
    addresses.set(name, address)
    return address
  }
}

const goesFirst = ({ role }: ServiceDefinition) => role === 'monitoring'

function inTurn(
  wanted: readonly ServiceDefinition[],
  start: (definition: ServiceDefinition, onStarted?: () => void) => Promise<Service>,
  signal: AbortSignal,
): Promise<Service>[] {
  const isRunning = Promise.withResolvers<void>()
  if (!wanted.some(goesFirst)) isRunning.resolve()
  const ended = new Map(wanted.map(({ name }) => [name, Promise.withResolvers<void>()]))
  return wanted.map(async (definition) => {
    const { name, after = [] } = definition
    try {
      if (goesFirst(definition)) return await start(definition, isRunning.resolve).finally(isRunning.resolve)
      await isRunning.promise
      await Promise.all(after.map((other) => ended.get(other)?.promise))
      signal.throwIfAborted()
      return await start(definition)
    } finally {
      // One that does not become ready fails the whole: who waits for it is told by that.
      ended.get(name)?.resolve()
    }
  })
}

/** Every start is awaited even when one fails, so that nothing is created behind the back of the clean-up. */
async function startAll(
  startEach: () => Promise<Service>[],
  signal: AbortSignal,
  removeAll: () => Promise<void>,
): Promise<Service[]> {
  // What cannot be removed is found and told at the end of the run; here it must not hide the reason.
  const tearDown = () => removeAll().catch(() => undefined)
  signal.addEventListener('abort', tearDown, { once: true })
  const settled = await Promise.allSettled(startEach())
  signal.removeEventListener('abort', tearDown)
  const broken = settled.find((one) => one.status === 'rejected')
  if (broken || signal.aborted) {
    await tearDown()
    signal.throwIfAborted()
    throw broken?.reason
  }
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

function imageFor({ name, image }: ServiceDefinition, images: RaiseOptions['images']): string {
  const tag = images[image]
  if (tag !== undefined) return tag
  throw new BadgatewayError('IMAGE_MISSING', `The image ${image}, wanted for ${name}, was not made`, 'Ask for it.')
}

/** Where the files come from that services start with. */
function foldersOf({ dockerFolder, ownRules }: RaiseOptions): Pick<Site, 'dockerFolder' | 'replaced'> {
  return { dockerFolder, replaced: ownRules ? { 'monitoring/rules': ownRules } : {} }
}

async function contentsOf(definition: ServiceDefinition, folders: ReturnType<typeof foldersOf>) {
  const files = await filesOf(definition, folders)
  return files.map(({ target, content }) => ({ path: target, content: Buffer.from(content) }))
}
