import { edit } from '../edit/edit.ts'
import type { Directive } from '../read/directive.ts'
import type { Configuration } from '../read/read.ts'

/** One `access_log`. */
interface Log {
  readonly directive: Directive
  /** `access_log off`, which nothing beside it can overrule. */
  readonly isOff: boolean
}

/** A block of `http` that sets `access_log`, so that it inherits none. */
export interface Level {
  readonly block: Directive
  readonly logs: readonly Log[]
}

/** Blocks that may hold one; elsewhere, as in a `map`, the word is a key. */
const holders = ['http', 'server', 'location', 'if', 'limit_except']

const isLog = ({ name, block, args }: Directive) => name === 'access_log' && !block && args.length > 0
/** A file that is included twice has its places once. */
const placeOf = ({ file, start }: Directive) => `${file}\0${start}`

/** Every level of the http block that sets one. */
export function levelsOf(configuration: Configuration): Level[] {
  const blocks = edit(configuration).find((one) => {
    return holders.includes(one.name) && one.block !== null && (one.name === 'http' || !!one.within('http'))
  })
  return blocks.flatMap((block) => {
    const own = block.own('access_log').filter(isLog)
    const logs = own.map((directive) => ({ directive, isOff: directive.args[0] === 'off' }))
    return logs.length === 0 ? [] : [{ block, logs }]
  })
}

interface Lack {
  readonly file: string
  readonly line: number
  readonly because: string
}

/** One place a level, so that each writes our line once; where that cannot be, `lacking` is told. */
export function placesFor(levels: readonly Level[], closed: ReadonlySet<string>, lacking: Lack[]): Log[] {
  const chosen = new Map<string, Log>()
  const mixed = levels.filter(({ logs }) => logs.length > 1 && logs.some(({ isOff }) => isOff))
  const unusable = new Set([...closed, ...mixed.flatMap(({ logs }) => logs.map(({ directive }) => placeOf(directive)))])
  const usable = levels.map(({ logs, block }) => {
    return { block, first: logs[0], logs: logs.filter(({ directive }) => !unusable.has(placeOf(directive))) }
  })
  const byPlace = new Map<string, typeof usable>()
  for (const level of usable) {
    for (const { directive } of level.logs) {
      const place = placeOf(directive)
      byPlace.set(place, [...(byPlace.get(place) ?? []), level])
    }
  }
  const done = new Set<(typeof usable)[number]>()
  const levelsAt = ({ directive }: Log) => byPlace.get(placeOf(directive)) ?? []
  for (const level of usable.toSorted((a, b) => a.logs.length - b.logs.length)) {
    if (done.has(level)) continue
    // One that no level has which writes our line already.
    const best = level.logs.findLast((one) => !levelsAt(one).some((other) => done.has(other))) ?? level.logs.at(-1)
    if (!best) continue
    chosen.set(placeOf(best.directive), best)
    for (const other of levelsAt(best)) done.add(other)
  }
  const countOf = ({ logs }: Pick<Level, 'logs'>) => logs.filter((one) => chosen.has(placeOf(one.directive))).length
  for (const level of usable) {
    const count = countOf(level)
    const { file = '', line = 0 } = level.first?.directive ?? {}
    if (count === 0) lacking.push({ file, line, because: cannot })
    if (count > 1) lacking.push({ file, line, because: `each request of this level is logged ${count} times` })
    if (level.logs.some(isOpen)) lacking.push({ file, line, because: 'what a template fills in may be off' })
  }
  return [...chosen.values()]
}

const isOpen = ({ directive }: Log) => directive.args[0]?.includes('${') === true
const cannot = 'requests of this level are not logged: `off` stands beside other logs, or `stream` includes it, too'

/** Places of logs that `stream` reads, too: it does not know our format. */
export function streamPlaces(configuration: Configuration): Set<string> {
  const logs = edit(configuration).find((one) => isLog(one) && one.within('stream', 'mail') !== undefined)
  return new Set(logs.map(placeOf))
}
