import type { Engine } from '../engine/index.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'

const projectLabel = 'com.docker.compose.project'
const serviceLabel = 'com.docker.compose.service'
const numberLabel = 'com.docker.compose.container-number'

/** A container that somebody else has started. */
export interface AttachedContainer {
  readonly service: string
  readonly number: number
  readonly id: string
  readonly name: string
}

/** `label=KEY[=VALUE]`, or the name of a Compose project, as a filter of the engine. Pure. */
export function labelOf(selector: string): string {
  const label = /^label=(.+)$/.exec(selector)?.[1]
  return label ?? `${projectLabel}=${selector}`
}

/** Containers that run and are meant by it, by service. USAGE with what there is when there is none. */
export async function attachedContainers(docker: Engine['docker'], selector: string): Promise<AttachedContainer[]> {
  const found = await docker.listContainers({ filters: { label: [labelOf(selector)], status: ['running', 'paused'] } })
  const paused = found.find(({ State: state }) => state === 'paused')
  if (paused) {
    const message = `--attach ${inert(selector)}: ${inert(paused.Names[0] ?? paused.Id)} is paused`
    throw new BadgatewayError('USAGE', message, 'Wake it first (docker unpause): a stack is broken when it is well.')
  }
  if (found.length > 0) return numbered(found)
  const all = await docker.listContainers()
  const projects = [...new Set(all.flatMap(({ Labels: labels }) => labels[projectLabel] ?? []))]
  const hint = projects.length > 0 ? `Projects that are up: ${inert(projects.join(', '))}.` : 'No project is up.'
  throw new BadgatewayError('USAGE', `--attach ${inert(selector)}: no container that runs is meant by it`, hint)
}

interface Listed {
  readonly Id: string
  readonly Names: readonly string[]
  readonly Labels: Readonly<Record<string, string>>
}

/** By Compose's own numbers, where it has given each another one. Pure. */
function numbered(found: readonly Listed[]): AttachedContainer[] {
  const all = found.map(({ Id: id, Names: [first = ''], Labels: labels }) => {
    const name = first.replace(/^\//, '')
    return { id, name, service: labels[serviceLabel] ?? name, number: Number(labels[numberLabel] ?? 1) }
  })
  const sorted = all.toSorted((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1))
  return sorted.map((one) => {
    const own = sorted.filter(({ service }) => service === one.service)
    const isClear = new Set(own.map(({ number }) => number)).size === own.length
    return isClear ? one : { ...one, number: own.indexOf(one) + 1 }
  })
}
