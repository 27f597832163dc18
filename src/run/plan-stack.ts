import { faults } from '../faults/index.ts'
import type { Json } from '../kit/json.ts'
import type { Mistake } from '../kit/outlook.ts'
import { ownOf } from '../kit/own.ts'
import { remedies } from '../remedies/index.ts'
import { lacking, proxyName, type StackDescription } from '../stack/index.ts'
import { probes } from '../watch/index.ts'
import type { StoryStep } from './story-step.ts'

interface Shaped {
  kind: string
  schema: { shape: Readonly<Record<string, unknown>> }
}
const kindsBy: Readonly<Record<string, readonly Shaped[]>> = { fault: faults, remedy: remedies, look: probes }

/** The same step with the proxy that it means and does not name: whoever judges reads it in the plan. */
export function withProxy(step: StoryStep, { proxy }: StackDescription): StoryStep {
  const { does, detail } = step
  const spec = fieldsOf(detail[does])
  const shape = ownOf(kindsBy, does)?.find(({ kind }) => kind === spec['kind'])?.schema.shape
  if (shape?.['service'] !== proxyName || spec['service'] !== undefined) return step
  return { ...step, detail: { ...detail, [does]: { ...spec, service: proxy.service } } }
}

/** What a step names and the stack has not: services, groups, servers, releases. */
export function strangersIn(step: StoryStep, description: StackDescription, grows: boolean): Mistake[] {
  const { does, detail, once } = step
  const spec = fieldsOf(detail[does])
  const names = description.services.map(({ name }) => name)
  const found: Mistake[] = []
  const expectService = (path: string, name: Json | undefined) => {
    if (typeof name !== 'string' || names.includes(name)) return
    found.push({ path, value: name, what: `there is no '${name}'` })
  }
  expectService(`${does}.service`, spec['service'])
  expectService('once.container', once?.container)
  const strange = groupsIn(spec).filter(({ name }) => ownOf(description.upstreams, name) === undefined)
  for (const { path, name } of strange) {
    const there = Object.keys(description.upstreams).join(', ')
    const what = `there is no upstream group '${name}': there are ${there}`
    found.push({ path: `${does}.${path}`, value: name, what })
  }
  const servers = numbersIn(step, description, grows)
  return [...found, ...servers, ...releasesIn(step, description)]
}

/** The upstream groups that the fields name, and where. */
function groupsIn(spec: Readonly<Record<string, Json>>): { path: string; name: string }[] {
  const one = typeof spec['role'] === 'string' ? [{ path: 'role', name: spec['role'] }] : []
  const several = ['roles', 'upstreams'].flatMap((field) => {
    const names = Array.isArray(spec[field]) ? spec[field] : []
    return names.flatMap((name, at) => (typeof name === 'string' ? [{ path: `${field}.${at}`, name }] : []))
  })
  return [...one, ...several]
}

function numbersIn({ does, detail }: StoryStep, description: StackDescription, grows: boolean): Mistake[] {
  const spec = fieldsOf(detail[does])
  const names = description.services.map(({ name }) => name)
  const numbers = Array.isArray(spec['servers']) ? spec['servers'] : []
  return numbers.flatMap((number, at) => {
    const path = `${does}.servers.${at}`
    const twice = numbers.indexOf(number) < at ? [{ path, value: number, what: 'is named twice' }] : []
    const absent = groupsIn(spec)
      .map(({ name }) => ownOf(description.upstreams, name)?.servers[Number(number) - 1] ?? `${name}-${number}`)
      .filter((name) => !names.includes(name))
    if (absent.length === 0 || grows) return twice
    const what = `there is no ${absent.map((name) => `'${name}'`).join(', no ')}`
    return [...twice, { path, value: number, what }]
  })
}

function releasesIn({ does, detail }: StoryStep, { can }: StackDescription): Mistake[] {
  const { release } = fieldsOf(detail[does])
  const releases = Object.keys(can.versioned?.releases ?? {})
  if (typeof release !== 'string' || !can.versioned || releases.includes(release)) return []
  const what = `there is no release '${release}': there are ${releases.join(', ')}`
  return [{ path: `${does}.release`, value: release, what }]
}

/** What a step needs that this stack is not able to do. */
export function lackingFor(step: StoryStep, description: StackDescription): Mistake[] {
  const { needs, value } = needsOf(step)
  const missing = lacking(description, needs)
  const awaited = eventLacking(step, description)
  if (missing.length === 0) return awaited
  return [{ path: step.does, value, what: `this stack has not: ${missing.join(', ')}` }, ...awaited]
}

/** Figures and alerts are told by monitoring only. */
function eventLacking({ once }: StoryStep, description: StackDescription): Mistake[] {
  const event = once?.metric ? 'metric' : once?.alert === undefined ? undefined : 'alert'
  const missing = event === undefined ? [] : lacking(description, ['monitoring'])
  return missing.map((what) => ({ path: `once.${event}`, what: `this stack has not: ${what}` }))
}

function needsOf(step: StoryStep): { needs: readonly string[]; value?: string } {
  if (step.does === 'alert') return { needs: ['monitoring'], value: step.alert }
  return 'ready' in step ? { needs: step.ready.needs, value: step.spec.kind } : { needs: [] }
}

function fieldsOf(value: Json | undefined): Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}
