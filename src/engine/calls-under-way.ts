import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Thing } from './ours.ts'

/** A call to the engine that makes or removes something; `made` and `failed` are its answer. */
export interface Call {
  kind: Exclude<Thing['kind'], 'image'>
  did: 'begin' | 'made' | 'failed' | 'removed'
}

const creation = /^(?:\/v[\d.]+)?\/(container|network|volume)s\/create\b/
const removal = /^(?:\/v[\d.]+)?\/(container|network|volume)s\/[^/?]+(?:\?|$)/

/** Who hears of calls that programs of ours make. */
const hearers = new Set<(call: Call) => void>()

/** A program of ours, such as Compose, makes this call: whoever watches hears of it as of our own. */
export function tellCall(call: Call): void {
  for (const hear of hearers) hear(call)
}

/**
 * Tells every call of this process that makes or removes a container, a network or a volume, whichever library makes
 * it: they all go through Node's HTTP client, which says so on its channels. A call that breaks off is not told as
 * ended: the engine may go on with it. Gives back how to stop.
 */
export function watchCalls(tell: (call: Call) => void): () => void {
  const began = (message: unknown) => {
    const kind = kindOf(message, 'POST', creation)
    if (kind) tell({ kind, did: 'begin' })
  }
  const answered = (message: unknown) => {
    const code = statusOf(message)
    const made = kindOf(message, 'POST', creation)
    if (made) tell({ kind: made, did: code < 300 ? 'made' : 'failed' })
    const removed = code < 300 ? kindOf(message, 'DELETE', removal) : undefined
    if (removed) tell({ kind: removed, did: 'removed' })
  }
  hearers.add(tell)
  subscribe('http.client.request.start', began)
  subscribe('http.client.response.finish', answered)
  return () => {
    hearers.delete(tell)
    unsubscribe('http.client.request.start', began)
    unsubscribe('http.client.response.finish', answered)
  }
}

function kindOf(message: unknown, wanted: string, path: RegExp): Call['kind'] | undefined {
  const request = inside(message, 'request')
  if (inside(request, 'method') !== wanted) return undefined
  const found = path.exec(String(inside(request, 'path')))?.[1]
  return found === 'container' || found === 'network' || found === 'volume' ? found : undefined
}

const statusOf = (message: unknown) => Number(inside(inside(message, 'response'), 'statusCode') ?? Number.NaN)

function inside(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

/** What of a harness's calls its guard knows when the harness is gone. */
export class CallBook {
  readonly #open = new Map<Call['kind'], number>()
  readonly #there = new Map<Call['kind'], number>()

  take({ kind, did }: Call): void {
    const add = (book: Map<Call['kind'], number>, more: number) => book.set(kind, (book.get(kind) ?? 0) + more)
    if (did === 'begin') add(this.#open, 1)
    else if (did !== 'removed') add(this.#open, -1)
    if (did === 'made') add(this.#there, 1)
    if (did === 'removed') add(this.#there, -1)
  }

  /** Was everything that calls under way may still make among these? Then nothing is to come. */
  isComplete(seen: readonly Pick<Thing, 'kind' | 'id'>[]): boolean {
    return [...this.#open].every(([kind, open]) => {
      if (open <= 0) return true
      const ids = new Set(seen.filter((one) => one.kind === kind).map(({ id }) => id))
      return ids.size >= (this.#there.get(kind) ?? 0) + open
    })
  }
}
