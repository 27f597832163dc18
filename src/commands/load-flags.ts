import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { durationMs } from '../kit/duration.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { inertJson } from '../kit/inert.ts'
import { type RequestSpec, requestSpec } from '../load/index.ts'

/** The flags as they were typed. */
export interface LoadFlags {
  rate?: string
  for?: string
  timeout: string
  mix?: string
  users?: string
  pressure?: boolean
  connections?: string
  allowTarget: string[]
  json?: boolean
}

/** The flags as they are meant. */
export interface LoadOrder {
  forMs: number
  timeoutMs: number
  ratePerS: number | undefined
  users: number
  /** Of pressure; undefined for users. */
  connections: number | undefined
}

const mostRatePerS = 100_000
const mostUsers = 100_000
const mostConnections = 10_000
const mostMixBytes = 1024 * 1024

/** Reads and checks the flags; USAGE or DURATION_INVALID for the first that is wrong. */
export function readOrder(flags: LoadFlags): LoadOrder {
  const { pressure = false } = flags
  if (!pressure && flags.rate === undefined) throw missing('--rate', '--rate 200/s')
  if (flags.for === undefined) throw missing('--for', '--for 6s')
  if (pressure && flags.connections === undefined) throw missing('--connections', '--pressure --connections 20')
  if (pressure && flags.users !== undefined) throw wrong('--users', flags.users, 'Pressure has connections, not users.')
  if (!pressure && flags.connections !== undefined) {
    throw wrong('--connections', flags.connections, 'Only with --pressure: users open what they need.')
  }
  return {
    forMs: readDuration('--for', flags.for),
    timeoutMs: readDuration('--timeout', flags.timeout),
    ratePerS: flags.rate === undefined ? undefined : readRate(flags.rate),
    users: readCount('--users', flags.users ?? '50', mostUsers),
    connections:
      flags.connections === undefined ? undefined : readCount('--connections', flags.connections, mostConnections),
  }
}

/** The requests of a mix file, YAML or JSON; USAGE names file, place and value of what is wrong in it. */
export async function readMix(file: string, cwd: string): Promise<RequestSpec[]> {
  const path = resolve(cwd, file)
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  )
  if (size === undefined) throw wrong('--mix', file, 'There is no such file.')
  if (size > mostMixBytes) throw wrong('--mix', file, `The file has ${size} bytes, at most ${mostMixBytes} are read.`)
  let data: unknown
  try {
    data = parse(await readFile(path, 'utf8'), { maxAliasCount: 0, logLevel: 'silent' })
  } catch (thrown) {
    throw wrong('--mix', file, `Neither YAML nor JSON: ${reasonOf(thrown)}`)
  }
  const result = z.array(requestSpec).min(1).safeParse(data)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const place = issue?.path.map(String).join('.') || 'the list'
  const value = valueAt(data, issue?.path ?? [])
  throw wrong('--mix', file, `${place}: ${issue?.message}${value === undefined ? '' : ` (it is ${value})`}`)
}

function readRate(text: string): number {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)\/(s|m)$/.exec(text)
  const rate = match ? Number(match[1]) / (match[2] === 'm' ? 60 : 1) : Number.NaN
  if (rate > 0 && rate <= mostRatePerS) return rate
  throw wrong('--rate', text, `Write a number and /s or /m, above 0 and at most ${mostRatePerS}/s.`)
}

function readDuration(flag: string, text: string): number {
  const ms = durationMs(text)
  if (ms !== undefined && ms >= 1) return ms
  throw new BadgatewayError(
    'DURATION_INVALID',
    `${flag} '${text}' is no duration`,
    'Write a number and ms, s, m or h: 6s, 500ms, 1.5m; at least 1ms and at most 24h.',
  )
}

function readCount(flag: string, text: string, most: number): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= most) return count
  throw wrong(flag, text, `Write a whole number from 1 to ${most}.`)
}

function valueAt(data: unknown, path: readonly PropertyKey[]): string | undefined {
  let value: unknown = data
  for (const key of path) value = value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined
  return value === undefined ? undefined : inertJson(value).slice(0, 80)
}

function missing(flag: string, example: string): BadgatewayError {
  return new BadgatewayError('USAGE', `${flag} is missing`, `For example: ${example}`)
}

function wrong(flag: string, value: string, hint: string): BadgatewayError {
  return new BadgatewayError('USAGE', `${flag} '${value}' will not do`, hint)
}
