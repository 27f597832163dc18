import { basename, dirname } from 'node:path'
import type { Engine } from '../engine/index.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import type { Handlings } from '../modes/index.ts'
import { filesOf, handlingsOf, type OwnLog, ownLogOf, readConfiguration } from '../nginx/index.ts'
import {
  type AttachedContainer,
  descriptionOf,
  lookInside,
  namedContainers,
  type ProjectFile,
  type Seen,
  trafficOf,
} from '../project/index.ts'
import { attachToOthers, type StackDescription, siteMoves, siteOf } from '../stack/index.ts'
import type { PlannedRun } from './cells.ts'
import type { Checked } from './flow.ts'
import { type Whose, whoseOf } from './stranger.ts'

/** Containers that somebody else has started, looked into and not touched. */
export interface AttachedStranger extends Omit<Checked, 'raise'> {
  readonly containers: readonly { readonly name: string; readonly id: string }[]
  /** Where users ask. */
  readonly entry: string
  readonly handlings: Handlings
}

export interface Attaching {
  readonly docker: Engine['docker']
  readonly project: ProjectFile
  readonly containers: readonly AttachedContainer[]
  /** The file that says what it is. */
  readonly file: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absent: theirs, where it answers. */
  readonly monitoring?: Whose | undefined
  readonly say: (text: string) => void
}

/**
 * What badgateway.yaml says of containers that run. PROJECT_INVALID for what is not there, SERVICE_UNKNOWN when its
 * site is not published on this machine.
 */
export async function readAttached(attaching: Attaching): Promise<AttachedStranger> {
  const { docker, project, containers, file, env, say } = attaching
  const seen = await lookInside({ docker, containers })
  // Monitoring of ours counts by the instruments of the proxy, and it has none.
  const monitoring = { ...project.monitoring, rules: [] }
  const whole = { project: { ...project, monitoring }, containers: seen.containers, where: basename(file) }
  const described = descriptionOf(whole)
  const place = { containers: seen.containers, env, folder: dirname(file) }
  const whose = await whoseOf(project, attaching.monitoring, place)
  if (project.monitoring.rules.length > 0 && !whose.theirs) {
    say('Rules are not asked by ours while attached: the proxy tells no counters.')
  }
  const own = (['commands', 'data'] as const).filter((field) => Object.keys(project[field]).length > 0)
  for (const field of own) say(`${field} of ${basename(file)} are not played while attached: others may use it, too.`)
  const named = namedContainers(seen)
  const inspected = await Promise.all(
    named.map(async ({ name, id }) => ({ name, found: await docker.getContainer(id).inspect() })),
  )
  const gate = inspected.find(({ name }) => name === described.proxy.service)?.found
  const entry = gate && siteOf(gate, project.proxy)
  if (!gate || entry === undefined) {
    const message = `Port ${project.proxy.port} of ${described.proxy.service} is not published on this machine`
    throw new BadgatewayError('SERVICE_UNKNOWN', message, 'Publish it: the users of a check come from this machine.')
  }
  const ephemeral = inspected.flatMap(({ name, found }) => (found.HostConfig.AutoRemove ? [name] : []))
  const unlimited = inspected.flatMap(({ name, found }) => (found.HostConfig.Memory ? [] : [name]))
  const ownLog = ownLogSeen(seen, project.proxy.service)
  const moves = siteMoves(gate, entry)
  const description = attachedTo(described, { ephemeral, siteMoves: moves, unlimited, ...(ownLog ? { ownLog } : {}) })
  const { expect } = project
  return {
    description,
    containers: named,
    entry,
    traffic: trafficOf(project),
    ...whose,
    ...(expect ? { expect } : {}),
    handlings: handlingsSeen(seen, description, project.proxy.service, say),
  }
}

/** Its proxy is not instrumented, so it tells nothing of itself. */
function attachedTo(
  { can: { instrumented: _, ...can }, ...description }: StackDescription,
  attached: NonNullable<StackDescription['attached']>,
): StackDescription {
  return { ...description, can, attached }
}

/** Undefined: its configuration cannot be read, which is said where its handlings are looked for. */
function ownLogSeen({ proxies }: Seen, service: string): OwnLog | undefined {
  const found = proxies.find((one) => one.service === service)
  try {
    return found && ownLogOf(readConfiguration({ main: found.main, files: filesOf(found.files) }))
  } catch {
    return undefined
  }
}

/** What the proxy does about each group; nothing where its configuration cannot be read, which is said. */
function handlingsSeen(
  { proxies }: Seen,
  { upstreams }: StackDescription,
  service: string,
  say: (text: string) => void,
): Handlings {
  const found = proxies.find((one) => one.service === service)
  try {
    if (found) {
      const configuration = readConfiguration({ main: found.main, files: filesOf(found.files) })
      return handlingsOf(configuration, Object.keys(upstreams))
    }
    say('The configuration of the proxy could not be read: its timeouts are taken for those that Nginx has by default.')
  } catch (thrown) {
    say(`The configuration of the proxy could not be read (${reasonOf(thrown)}): Nginx's default timeouts are assumed.`)
  }
  return {}
}

/** How a cell attaches: with an agent of its own, which goes with it, and its own record of what was agreed to. */
export function attachingOf(
  { description, containers, entry, theirs }: AttachedStranger,
  { docker, agent, say: tell }: { docker: Engine['docker']; agent: string; say: (line: string) => void },
): Checked['raise'] {
  return async ({ runId, labels, signal }) => ({
    stack: await attachToOthers({
      ...{ docker, runId, labels, images: { agent }, description, containers, entry, signal },
      ...(theirs ? { theirs, tell } : {}),
    }),
  })
}

/** Which containers are touched, and how: what somebody agrees to. */
export function touchedBy(
  { description, containers, entry, traffic, theirs }: AttachedStranger,
  runs: readonly PlannedRun[],
): string {
  const lines = containers.map(({ name, id }) => {
    const modes = runs.filter(({ cell }) => cell.target.services.includes(name)).map(({ cell }) => cell.mode.name)
    const how = modes.length > 0 ? [...new Set(modes)].join(', ') : 'looked at only'
    return `  ${inert(name)} (${id.slice(0, 12)}): ${how}`
  })
  const { users, ratePerS } = traffic
  return [
    'These containers run already, and were not started by badgateway. What is done to each:',
    ...lines,
    `${users} users ask ${inert(entry)}, ${ratePerS} requests a second together; its real users meet the same.`,
    'Each thing that is done is taken back before the next, and by a guard when this process dies. No container of',
    'these is removed or replaced, and no file in them is changed. Where a server comes back at another address,',
    `${inert(description.proxy.service)} is sent a HUP. Beside them stand containers of ours, in their networks,`,
    'until each cell is over.',
    ...watchedWords(theirs),
  ].join('\n')
}

/** Nobody here can keep an alert of theirs from anybody. */
function watchedWords(theirs: AttachedStranger['theirs']): string[] {
  const asked = theirs
    ? [`${inert(theirs.prometheus.service)} is asked for its alerts, and nothing in it is changed.`]
    : []
  return [
    ...asked,
    'Whatever watches them goes on: REAL PEOPLE MAY BE PAGED for what is broken. Silence it, or warn them.',
  ]
}
