import { isWrite } from '../../kit/ledger.ts'
import type { RequestSpec, TargetSpec } from '../types.ts'
import { type Judge, judgeOf } from './good.ts'

/** A request of the mix to one of the targets, ready to be sent many times; all texts are bytes as Latin-1. */
export interface Template {
  method: RequestSpec['method']
  path: string
  weight: number
  /** Which of the targets. */
  target: number
  isWrite: boolean
  /** It brings no `idempotency-key` of its own, and would change something. */
  isKeyed: boolean
  /** Up to the value of `x-request-id`. */
  head: string
  /** The value of its own `cookie` header. */
  cookie: string
  body: string
  /** Absent: any answer below 400 is good. */
  judge?: Judge
}

const longestCycle = 1_000
const withBody = new Set(['POST', 'PUT', 'PATCH'])

/** Every request of a mix to every target, ready to be sent. */
export function templatesOf(mix: readonly RequestSpec[], targets: readonly TargetSpec[]): Template[] {
  return mix.flatMap((request) => targets.map((target, index) => templateOf(request, target, index)))
}

function templateOf(request: RequestSpec, to: TargetSpec, target: number): Template {
  const { method, path, weight, headers = {} } = request
  const bytes = bytesOf(request)
  const asked = new Map([['host', to.host ?? new URL(to.target).host]])
  for (const [name, value] of Object.entries(headers)) asked.set(name.toLowerCase(), value)
  const cookie = asked.get('cookie') ?? ''
  asked.delete('cookie')
  const given = (name: string, value: string | undefined) => {
    if (value !== undefined && !asked.has(name)) asked.set(name, value)
  }
  given('connection', 'keep-alive')
  given('authorization', to.credentials && `Basic ${Buffer.from(to.credentials).toString('base64')}`)
  if (bytes !== undefined) given('content-type', typeOf(request))
  if (bytes !== undefined || withBody.has(method)) given('content-length', String(bytes?.length ?? 0))
  const lines = [...asked].map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `${method} ${path} HTTP/1.1\r\n${lines.join('')}x-request-id: `
  const judge = request.good && { judge: judgeOf(request.good) }
  const writes = isWrite(method)
  const keyed = { isWrite: writes, isKeyed: writes && !asked.has('idempotency-key') }
  return { method, path, weight, target, ...keyed, head, cookie, body: bytes?.toString('latin1') ?? '', ...judge }
}

function typeOf({ body, bodyBase64 }: RequestSpec): string {
  if (bodyBase64 !== undefined) return 'application/octet-stream'
  return typeof body === 'object' ? 'application/json' : 'text/plain; charset=utf-8'
}

function bytesOf({ body, bodyBase64 }: RequestSpec): Buffer | undefined {
  if (bodyBase64 !== undefined) return Buffer.from(bodyBase64, 'base64')
  if (body === undefined) return undefined
  return Buffer.from(typeof body === 'object' ? JSON.stringify(body) : String(body))
}

/** The bytes of one request, as Latin-1. A write is known by its key, whoever repeats it: that of its id. */
export function textOf(
  { head, cookie, body, isKeyed }: Template,
  id: string,
  user: number | undefined,
  kept: string,
): string {
  const cookies = cookie && kept ? `${cookie}; ${kept}` : cookie || kept
  const byUser = user === undefined ? '' : `x-user-id: ${user}\r\n`
  const key = isKeyed ? `idempotency-key: ${id}\r\n` : ''
  return `${head}${id}\r\n${key}${byUser}${cookies && `cookie: ${cookies}\r\n`}\r\n${body}`
}

/** Which target request `k` goes to, while the users that take turns stay as many (pressure: one). */
export function targetOfRequest(mix: readonly RequestSpec[], targets: number, users: number): (k: number) => number {
  const weights = mix.flatMap(({ weight }) => Array.from({ length: targets }, () => weight))
  const entryOf = interleave(weights, users)
  return (k) => entryOf(k) % targets
}

/** Which request of the mix request `k` is, while the users that take turns stay as many. */
export function entryOfRequest(mix: readonly RequestSpec[], users: number): (k: number) => number {
  return interleave(
    mix.map(({ weight }) => weight),
    users,
  )
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
