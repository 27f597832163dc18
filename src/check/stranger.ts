import { basename, dirname } from 'node:path'
import { type ComposeProject, type ComposeTool, findCompose, raiseProject, readProject } from '../compose/index.ts'
import { changedRelease, configurationOf, readRelease, switchRelease } from '../deploy/index.ts'
import type { Engine } from '../engine/index.ts'
import { realClock } from '../kit/clock.ts'
import { showMs } from '../kit/duration.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { timeoutsAtMost } from '../nginx/index.ts'
import {
  descriptionOf,
  lookInside,
  memoryFoldersOf,
  namedContainers,
  type ProjectFile,
  readProjectFile,
  redirectsAway,
  rulesOf,
  theirsOf,
  trafficOf,
} from '../project/index.ts'
import { attachStack, type Stack } from '../stack/index.ts'
import type { Checked } from './flow.ts'
import { readOnDisk } from './on-disk.ts'
import { ownCommands } from './own.ts'
import { ownData } from './own-data.ts'

/** Somebody's project, read and not started. */
export interface Stranger extends Omit<Checked, 'raise'> {
  readonly project: ProjectFile
  readonly compose: ComposeProject
  readonly tool: ComposeTool
  /** The file that says what it is. */
  readonly file: string
}

export interface StrangerOptions {
  /** badgateway.yaml, absolute. */
  readonly file: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whose Prometheus is asked; absent: theirs, where it answers, and else ours. */
  readonly monitoring?: Whose | undefined
  readonly signal: AbortSignal
  /** Compose files beside those that it names, absolute. */
  readonly more?: readonly string[]
  /** What counts for more than the file. */
  readonly change?: (project: ProjectFile) => ProjectFile
}

export type Whose = 'theirs' | 'ours'

/** What badgateway.yaml and Compose say of a stack; of its containers what Compose would make of them. */
export async function readStranger(options: StrangerOptions): Promise<Stranger> {
  const { file, env, monitoring, signal, more = [], change } = options
  const written = await readProjectFile(file)
  const project = change?.(written) ?? written
  const tool = await findCompose(env)
  const { compose: files, profiles } = project.stack
  const compose = await readProject(tool, { folder: dirname(file), files: [...files, ...more], profiles, env, signal })
  const containers = compose.services.flatMap(({ name: service, image = '', replicas, ports, expose, mounts }) =>
    Array.from({ length: replicas }, (_, at) => {
      const inside = [...ports.map(({ target }) => target), ...expose]
      return { service, number: at + 1, id: '', image, ports: inside, memory: memoryFoldersOf({ mounts }) }
    }),
  )
  const description = descriptionOf({ project, containers, where: basename(file) })
  const { expect } = project
  const proxy = compose.services.find(({ name }) => name === project.proxy.service) ?? { mounts: [] }
  const own = await ownCommands({ file, project, env, description })
  const data = ownData(project, basename(file), description)
  const rules = await rulesOf(project, dirname(file))
  const place = { containers, env, folder: dirname(file) }
  return {
    project,
    compose,
    tool,
    file,
    description,
    traffic: trafficOf(project),
    commands: project.commands,
    rules,
    data,
    ...(await whoseOf(project, monitoring, place)),
    onDisk: await readOnDisk(proxy, description, project.proxy.config),
    ...(own ? { own } : {}),
    ...(expect ? { expect } : {}),
  }
}

/** Whose monitoring is asked. PROJECT_INVALID where theirs is wanted, and badgateway.yaml names none. */
export async function whoseOf(
  project: ProjectFile,
  wanted: Whose | undefined,
  place: Parameters<typeof theirsOf>[1],
): Promise<Pick<Checked, 'theirs' | 'passedOver' | 'mustAnswer'>> {
  const { prometheus } = project.monitoring
  if (wanted === 'theirs' && !prometheus) {
    const message = '--monitoring theirs: badgateway.yaml names no Prometheus'
    throw new BadgatewayError('PROJECT_INVALID', message, 'Name it in monitoring.prometheus.')
  }
  if (wanted === 'ours') return { passedOver: prometheus?.service }
  return { theirs: await theirsOf(project, place), ...(wanted === 'theirs' ? { mustAnswer: true } : {}) }
}

export interface RaisingStranger {
  readonly engine: Engine
  /** References of the images that stand beside it. */
  readonly images: { readonly agent: string; readonly monitoring?: string }
  /** Timeouts of the proxy are shortened to this on our copy, ms; absent: they stay. */
  readonly timeoutsAtMostMs?: number | undefined
  readonly say: (text: string) => void
}

/** How it is raised beside whatever runs, and attached to. */
export function raisingOf(
  { project, compose, tool, file, rules, own, theirs }: Stranger,
  raising: RaisingStranger,
): Checked['raise'] {
  const { engine, images, timeoutsAtMostMs, say } = raising
  const { docker } = engine
  const { service, port, scheme } = project.proxy
  return async ({ runId, labels, signal }) => {
    const proxies = { proxyServices: [service], publish: [{ service, port }] }
    const raised = await raiseProject(tool, compose, {
      ...{ engine, labels, ...proxies, outside: project.stack.outside, signal, say },
      mayBeReplaced: own !== undefined,
    })
    own?.raisedAs(raised)
    const { containers } = await lookInside({ docker, containers: raised.containers, project: compose })
    const site = { scheme, port: raised.entryPort(service, port) }
    const stack = await attachStack({
      docker,
      runId,
      labels,
      images,
      description: descriptionOf({ project, containers, where: basename(file) }),
      containers: namedContainers({ containers }),
      ...(rules ? { rules: rules.files } : {}),
      ...(theirs ? { theirs, tell: say } : {}),
      entry: `${scheme}://127.0.0.1:${site.port}`,
      signal,
    })
    for (const line of await redirectsAway(trafficOf(project), site)) say(line)
    if (timeoutsAtMostMs !== undefined) await shorten(stack, timeoutsAtMostMs, { signal, say })
    return { stack }
  }
}

/** The proxy waits no longer than this from now on. PROJECT_INVALID when its configuration cannot be changed so. */
async function shorten(
  stack: Stack,
  ms: number,
  { signal, say }: { signal: AbortSignal; say: (text: string) => void },
): Promise<void> {
  const proxy = stack.proxy()
  const before = await readRelease(proxy, 'as it was found')
  const shortened = timeoutsAtMost(configurationOf(before), ms)
  if ('because' in shortened) throw notShortened(shortened.because)
  const { links } = before.layout ?? {}
  const files = shortened.files.map(({ path, after }) => ({
    path: links?.get(path) ?? path,
    content: Buffer.from(after),
  }))
  if (files.length === 0) return
  const changed = changedRelease(before, 'with shorter timeouts', files)
  const { live, because } = await switchRelease({ stack, clock: realClock, signal }, proxy, before, changed)
  if (!live) throw notShortened(because)
  say(
    `Timeouts of the proxy are at most ${showMs(ms)} on our copy: ${shortened.changes.length} changes. ` +
      'What the matrix tells of waiting is of these.',
  )
}

const notShortened = (why: string) =>
  new BadgatewayError('USAGE', `The timeouts of the proxy cannot be shortened: ${why}`, 'Leave out --timeouts-at-most.')
