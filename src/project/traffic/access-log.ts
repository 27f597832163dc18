import { requestSpec } from '../../load/index.ts'
import { type Asked, lineReaders } from './lines.ts'
import { collapsed, templateOf } from './template.ts'

/** One kind of request. */
export interface Wanted {
  readonly method: 'GET' | 'HEAD'
  readonly path: string
  /** Share of all that were kept, in whole percent, at least 1. */
  readonly weight: number
}

/** What an access log says of the traffic, and of nobody. */
export interface LoggedTraffic {
  readonly mix: readonly Wanted[]
  /** `POST /api/orders`, and its share: it needs a body that no log has. */
  readonly unsafe: readonly { readonly request: string; readonly share: number }[]
  /** Requests a second, over all the time of the log; undefined: it has no times. */
  readonly meanPerS: number | undefined
  /** The same in its busiest minute. */
  readonly peakPerS: number | undefined
  readonly lines: { readonly read: number; readonly failed: number; readonly unreadable: number; readonly rare: number }
}

const longestLine = 64 * 1024
/** Different requests that are counted at a time. */
const mostCounted = 20_000
/** Two months. */
const mostMinutes = 90_000
/** What fewer have asked for may be somebody's own. */
const leastAsked = 3
const mostEntries = 25
const methods = new Set<string>(requestSpec.shape.method.unwrap().options)

/** Reads a log as it streams by; keeps counts, and no line. `formats`: texts of `log_format` that it may be in. */
export async function readAccessLog(
  parts: AsyncIterable<Uint8Array>,
  formats: readonly string[],
): Promise<LoggedTraffic> {
  const tally = new Tally(formats)
  const decoder = new TextDecoder('utf-8')
  let rest = ''
  let isOver = false
  for await (const part of parts) {
    const lines = (rest + decoder.decode(part, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      // The end of a line whose beginning was given up.
      if (isOver) isOver = false
      else tally.take(line)
    }
    if (rest.length > longestLine) {
      if (!isOver) tally.giveUp()
      isOver = true
      rest = ''
    }
  }
  if (rest !== '' && !isOver) tally.take(rest)
  return tally.end()
}

class Tally {
  readonly #readers
  #counts = new Map<string, number>()
  readonly #minutes = new Map<number, number>()
  #first = Number.POSITIVE_INFINITY
  #last = Number.NEGATIVE_INFINITY
  #timed = 0
  #lines = { read: 0, failed: 0, unreadable: 0, rare: 0 }

  constructor(formats: readonly string[]) {
    this.#readers = lineReaders(formats)
  }

  giveUp(): void {
    this.#lines.unreadable += 1
  }

  take(line: string): void {
    const text = line.trim()
    if (text === '') return
    const found = text.length > longestLine ? undefined : this.#read(text)
    const path = found && templateOf(found.target)
    if (!found || path === undefined || !methods.has(found.method)) {
      this.giveUp()
      return
    }
    this.#lines.read += 1
    this.#time(found)
    // What failed was a scan as a rule, and is nothing to ask for.
    if (found.status !== undefined && found.status >= 400) {
      this.#lines.failed += 1
      return
    }
    const key = `${found.method} ${path}`
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    if (this.#counts.size > mostCounted) this.#shrink()
  }

  #read(line: string): Asked | undefined {
    for (const [at, reader] of this.#readers.entries()) {
      const found = reader(line)
      if (!found) continue
      // The next line is of the same kind.
      if (at > 0) this.#readers.unshift(...this.#readers.splice(at, 1))
      return found
    }
    return undefined
  }

  #time({ atMs }: Asked): void {
    if (atMs === undefined) return
    this.#timed += 1
    this.#first = Math.min(this.#first, atMs)
    this.#last = Math.max(this.#last, atMs)
    const minute = Math.floor(atMs / 60_000)
    const known = this.#minutes.get(minute)
    if (known !== undefined || this.#minutes.size < mostMinutes) this.#minutes.set(minute, (known ?? 0) + 1)
  }

  /** Words that are too many become one; what is rare then is given up. */
  #shrink(): void {
    this.#counts = collapsed(this.#counts)
    if (this.#counts.size > mostCounted / 2) this.#keep((count) => count > 1)
  }

  #keep(isKept: (count: number) => boolean): void {
    for (const [key, count] of this.#counts) {
      if (isKept(count)) continue
      this.#counts.delete(key)
      this.#lines.rare += count
    }
  }

  end(): LoggedTraffic {
    this.#counts = collapsed(this.#counts)
    this.#keep((count) => count >= leastAsked)
    const all = [...this.#counts].sort(([, a], [, b]) => b - a)
    const sum = all.reduce((total, [, count]) => total + count, 0)
    const requests = all.map(([key, count]) => {
      const [method = '', path = '/'] = key.split(' ')
      return { request: key, method, path, count, share: count / sum }
    })
    const mix = requests.flatMap(({ method, path, share }): Wanted[] =>
      method === 'GET' || method === 'HEAD' ? [{ method, path, weight: Math.max(1, Math.round(share * 100)) }] : [],
    )
    const unsafe = requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD')
    const lastsS = (this.#last - this.#first) / 1_000
    const hasTimes = this.#timed > 1
    return {
      mix: mix.slice(0, mostEntries),
      unsafe: unsafe.slice(0, mostEntries).map(({ request, share }) => ({ request, share })),
      meanPerS: hasTimes && lastsS > 0 ? this.#timed / lastsS : undefined,
      peakPerS: hasTimes ? busiest([...this.#minutes.values()]) / 60 : undefined,
      lines: this.#lines,
    }
  }
}

const busiest = (counts: readonly number[]) => counts.reduce((most, count) => Math.max(most, count), 0)
