import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { durationMs } from '../../kit/duration.ts'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import { strayNames } from '../../kit/own.ts'
import { filledHeaders, headersSpec } from '../../load/index.ts'

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
  header: string[]
  ca?: string
  insecure?: boolean
  cookies: boolean
  json?: boolean
  csv?: string
  jsonl?: string
}

/** The flags as they are meant. */
export interface LoadOrder {
  forMs: number
  timeoutMs: number
  ratePerS: number | undefined
  users: number
  /** Of pressure; undefined for users. */
  connections: number | undefined
  cookies: boolean
}

const mostRatePerS = 100_000
const mostUsers = 100_000
const mostConnections = 10_000
const mostCaBytes = 16 * 1024 * 1024

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
    cookies: flags.cookies,
    forMs: readDuration('--for', flags.for),
    timeoutMs: readDuration('--timeout', flags.timeout),
    ratePerS: flags.rate === undefined ? undefined : readRate(flags.rate),
    users: readCount('--users', flags.users ?? '50', mostUsers),
    connections:
      flags.connections === undefined ? undefined : readCount('--connections', flags.connections, mostConnections),
  }
}

/** `name: value` of `--header`, as a record; USAGE names the header that is wrong, and never its value. */
export function readHeaders(
  typed: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const pairs = typed.map((text): [string, string] => {
    const colon = text.indexOf(':')
    if (colon > 0) return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()]
    throw wrong('--header', '***', "Write 'name: value'.")
  })
  const given = Object.fromEntries(pairs)
  if (strayNames(given).length > 0) throw wrong('--header', '__proto__', 'No name can be this.')
  const result = headersSpec.safeParse(given)
  if (!result.success || new Set(pairs.map(([name]) => name)).size < pairs.length) {
    const [issue] = result.error?.issues ?? []
    const [inner] = issue?.code === 'invalid_key' ? issue.issues : []
    const why = inner?.message ?? issue?.message ?? 'the same header twice'
    throw wrong(
      '--header',
      issue?.path.map(String).join('.') || pairs.map(([name]) => name).join(', '),
      `That is ${why}.`,
    )
  }
  filledHeaders(result.data, env, '--header')
  return result.data
}

/** PEM of the CA's file; USAGE for what is none. */
export async function readCa(file: string, cwd: string): Promise<string> {
  const path = resolve(cwd, file)
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) throw wrong('--ca', file, 'There is no such file.')
  if (found.size > mostCaBytes)
    throw wrong('--ca', file, `The file has ${found.size} bytes, at most ${mostCaBytes} are read.`)
  const pem = await readFile(path, 'utf8').catch((thrown: unknown) => {
    throw wrong('--ca', file, `It cannot be read: ${reasonOf(thrown)}`)
  })
  try {
    const [first = ''] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(pem) ?? []
    new X509Certificate(first)
  } catch {
    throw wrong('--ca', file, 'It holds no certificate in PEM.')
  }
  return pem
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

function missing(flag: string, example: string): BadgatewayError {
  return new BadgatewayError('USAGE', `${flag} is missing`, `For example: ${example}`)
}

function wrong(flag: string, value: string, hint: string): BadgatewayError {
  return new BadgatewayError('USAGE', `${flag} '${value}' will not do`, hint)
}
