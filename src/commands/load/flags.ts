import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { durationMs } from '../../kit/duration.ts'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import { didYouMean } from '../../kit/near-miss.ts'
import { ownOf, strayNames } from '../../kit/own.ts'
import { filledHeaders, headersSpec, maskedUrl } from '../../load/index.ts'
import type { Mistakes } from '../mistakes.ts'

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

/** Reads and checks the flags. */
export function readOrder(flags: LoadFlags, mistakes: Mistakes): LoadOrder {
  const { pressure = false, rate, users, connections } = flags
  if (!pressure && rate === undefined) mistakes.add(missing('--rate', '--rate 200/s'))
  if (flags.for === undefined) mistakes.add(missing('--for', '--for 6s'))
  if (pressure && connections === undefined) mistakes.add(missing('--connections', '--pressure --connections 20'))
  return {
    cookies: flags.cookies,
    forMs: mistakes.read(0, () => readDuration('--for', flags.for ?? '1ms')),
    timeoutMs: mistakes.read(0, () => readDuration('--timeout', flags.timeout)),
    ratePerS: rate === undefined ? undefined : mistakes.read(0, () => readRate(rate)),
    users: mistakes.read(0, () => {
      if (pressure && users !== undefined) throw wrong('--users', users, 'Pressure has connections, not users.')
      return readCount('--users', users ?? '50', mostUsers)
    }),
    connections: mistakes.read(undefined, () => {
      if (connections === undefined) return undefined
      if (!pressure) throw wrong('--connections', connections, 'Only with --pressure: users open what they need.')
      return readCount('--connections', connections, mostConnections)
    }),
  }
}

/** The URLs among the words of a command line that are no known option, and values of none. */
export function readUrls(words: readonly string[], known: readonly string[], mistakes: Mistakes): string[] {
  const firstStray = words.findIndex(isOption)
  for (const stray of words.filter(isOption)) {
    const hint = `${didYouMean(stray, known)}badgateway load --help names them all.`
    mistakes.add(new BadgatewayError('USAGE', `'${maskedUrl(stray)}' is no option of load`, hint))
  }
  // A word behind an unknown option may be its value.
  const urls = words.filter(
    (word, at) => !isOption(word) && (firstStray < 0 || at < firstStray || word.includes('://')),
  )
  if (urls.length === 0) mistakes.add(new BadgatewayError('USAGE', 'No URL was given', 'Write http://HOST:PORT/PATH.'))
  return urls
}

const isOption = (word: string) => /^-./.test(word)

/** `name: value` of each `--header`, as a record; a header that is wrong is named, and its value never. */
export function readHeaders(
  typed: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  mistakes: Mistakes,
): Record<string, string> {
  const given = new Map<string, string>()
  const named = new Set<string>()
  for (const text of typed) {
    const header = mistakes.read(undefined, () => readHeader(text, env))
    if (!header) continue
    const { name, value } = header
    const lower = name.toLowerCase()
    if (named.has(lower)) mistakes.add(wrong('--header', name, 'That is the same header twice.'))
    named.add(lower)
    given.set(name, value)
  }
  return Object.fromEntries(given)
}

function readHeader(text: string, env: Readonly<Record<string, string | undefined>>) {
  const colon = text.indexOf(':')
  if (colon <= 0) throw wrong('--header', '***', "Write 'name: value'.")
  const name = text.slice(0, colon).trim()
  const given = Object.fromEntries([[name, text.slice(colon + 1).trim()]])
  if (strayNames(given).length > 0) throw wrong('--header', '__proto__', 'No name can be this.')
  const result = headersSpec.safeParse(given)
  if (!result.success) {
    const [issue] = result.error.issues
    const [inner] = issue?.code === 'invalid_key' ? issue.issues : []
    throw wrong('--header', name, `That is ${inner?.message ?? issue?.message}.`)
  }
  filledHeaders(result.data, env, '--header')
  return { name, value: ownOf(result.data, name) ?? '' }
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
