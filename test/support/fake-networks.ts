import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'

export type Labels = Record<string, string>

export interface FakeNetwork {
  labels: Labels
  /** Names by container, or by `ep-…` when there is no such container. */
  endpoints?: Map<string, string>
  /** Endpoints that the engine counts and that are not there. */
  miscounted?: number
}

export interface Answer {
  status: number
  body: unknown
}

export const ok = (body?: unknown): Answer => ({ status: body === undefined ? 204 : 200, body })
export const missing: Answer = { status: 404, body: { message: 'No such thing' } }

/** Networks of a fake engine: they know who is on them, and do not go while somebody is. */
export async function onNetwork(
  networks: Map<string, FakeNetwork>,
  asked: { request: IncomingMessage; id: string; verb: string; label: (labels: Labels) => boolean },
): Promise<Answer> {
  const { request, id, verb, label } = asked
  const { endpoints = new Map<string, string>(), miscounted = 0 } = networks.get(id) ?? {}
  if (verb === 'disconnect') {
    const { Container: wanted } = JSON.parse((await buffer(request)).toString()) as { Container: string }
    for (const [key, name] of endpoints) if (key === wanted || name === wanted) endpoints.delete(key)
    return ok({})
  }
  if (request.method === 'DELETE' && endpoints.size + miscounted > 0) {
    return { status: 403, body: { message: `network ${id} has active endpoints` } }
  }
  const shown = (name: string, { labels, endpoints: on = new Map<string, string>() }: FakeNetwork) => {
    const containers = Object.fromEntries([...on].map(([key, Name]) => [key, { Name }]))
    return { Id: name, Name: name, Labels: labels, Containers: containers }
  }
  return things(networks, request.method, id, shown, label)
}

/** One thing of a list, or those of the list that are asked for. */
export function things<T extends { labels: Labels }>(
  all: Map<string, T>,
  method: string | undefined,
  id: string,
  shown: (id: string, thing: T) => unknown,
  label: (labels: Labels) => boolean,
): Answer {
  if (id === '')
    return ok([...all].filter(([, { labels }]) => label(labels)).map(([name, thing]) => shown(name, thing)))
  const thing = all.get(id)
  if (!thing) return missing
  if (method === 'DELETE') return all.delete(id) ? ok() : missing
  return ok(shown(id, thing))
}

export function filterOf(filters: string | null): (labels: Labels) => boolean {
  const { label = [] } = JSON.parse(filters ?? '{}') as { label?: string[] }
  return (labels) =>
    label.every((one) => {
      const [key = '', value] = one.split('=')
      return key in labels && (value === undefined || labels[key] === value)
    })
}
