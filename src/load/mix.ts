import type { Dispatcher } from 'undici'
import type { RequestSpec } from './types.ts'

/** A request of the mix, ready to be sent many times. */
export interface Template {
  method: RequestSpec['method']
  path: string
  body: Buffer | null
  contentType: string | null
}

const longestCycle = 1_000

/** The requests of a mix, ready to be sent. */
export function templatesOf(mix: readonly RequestSpec[]): Template[] {
  return mix.map(({ method, path, body }) => {
    if (body === undefined) return { method, path, body: null, contentType: null }
    const asJson = typeof body === 'object'
    return {
      method,
      path,
      body: Buffer.from(asJson ? JSON.stringify(body) : String(body)),
      contentType: asJson ? 'application/json' : 'text/plain; charset=utf-8',
    }
  })
}

/** A request of the mix as undici takes it: the same object every time, signed anew before each sending. */
export interface Sendable {
  options: Dispatcher.DispatchOptions
  sign(id: string, user: number): void
}

export function sendables(mix: readonly RequestSpec[], host: string | undefined): Sendable[] {
  return templatesOf(mix).map(({ method, path, body, contentType }) => {
    const headers = ['x-request-id', '', 'x-user-id', '']
    if (contentType) headers.push('content-type', contentType)
    if (host) headers.push('host', host)
    const sign = (id: string, user: number) => {
      headers[1] = id
      headers[3] = String(user)
    }
    return { options: { method, path, body, headers }, sign }
  })
}

/**
 * Which entry of the mix request `k` is: evenly interleaved by weight, the same in every run. Each block of requests
 * that holds whole cycles for whole rounds of users begins one place further, so that no user is tied to one entry for
 * ever.
 */
export function interleave(weights: readonly number[], users: number): (k: number) => number {
  const cycle = cycleOf(weights)
  const block = (cycle.length / commonDivisor(cycle.length, users)) * users
  return (k) => cycle[(k + Math.floor(k / block)) % cycle.length] ?? 0
}

/** One cycle of entries, each as often as its weight says, as evenly spread as can be (smooth weighted round robin). */
export function cycleOf(weights: readonly number[]): number[] {
  const shares = sharesOf(weights)
  const length = shares.reduce((sum, share) => sum + share, 0)
  const credit = shares.map(() => 0)
  return Array.from({ length }, () => {
    let best = 0
    for (const [index, share] of shares.entries()) {
      credit[index] = (credit[index] ?? 0) + share
      if ((credit[index] ?? 0) > (credit[best] ?? 0)) best = index
    }
    credit[best] = (credit[best] ?? 0) - length
    return best
  })
}

/** Weights as whole numbers of a short cycle: exact where one of up to 1,000 places can be, else the nearest. */
function sharesOf(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  for (let length = weights.length; length <= longestCycle; length += 1) {
    const shares = weights.map((weight) => (weight / sum) * length)
    if (shares.every((share) => share > 0.5 && Math.abs(share - Math.round(share)) < 1e-9))
      return shares.map(Math.round)
  }
  return weights.map((weight) => Math.max(1, Math.round((weight / sum) * longestCycle)))
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}
