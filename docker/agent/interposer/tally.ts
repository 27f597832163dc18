import type { InterposerReport, Met } from '../../../src/protocol/index.ts'
import type { Origin } from './chooser.ts'

/** So many different ones are told apart: whoever asks for more paths than that fills nobody's memory. */
export const mostRows = 200
const mostPathLength = 120
const mostKeys = 2_000
const mostKeyLength = 100
export const otherPaths = '(others)'

/** What happened to one exchange, counted where it belongs. */
export interface Tally {
  matched(): void
  /** It was really done to it, once. */
  done(): void
}

export class Tallies {
  readonly users = none()
  readonly others = none()
  readonly #keys = new Map<string, number>()
  readonly #rows = new Map<string, { method: string; path: string; met: Met }>()
  readonly #onChange: () => void

  constructor(onChange: () => void = () => undefined) {
    this.#onChange = onChange
  }

  arrived(origin: Origin, method: string, path: string): Tally {
    // What a look meets is no sign that anybody else met it.
    const all = origin === 'look' ? [] : origin === 'users' ? [this.users, this.#row(method, path)] : [this.others]
    const add = (what: keyof Met) => {
      for (const met of all) met[what] += 1
      this.#onChange()
    }
    add('arrived')
    let isDone = false
    return {
      matched: () => add('matched'),
      done: () => {
        if (!isDone) add('done')
        isDone = true
      },
    }
  }

  /** A request with this key goes on to the server. */
  passedOn(origin: Origin, key: string): void {
    const before = this.#keys.get(key) ?? 0
    if (origin !== 'users' || key.length > mostKeyLength || (before === 0 && this.#keys.size >= mostKeys)) return
    this.#keys.set(key, before + 1)
    this.#onChange()
  }

  keys(): InterposerReport['keys'] {
    return [...this.#keys]
  }

  rows(): InterposerReport['rows'] {
    return [...this.#rows.values()].map(({ method, path, met }) => ({ method, path, ...met }))
  }

  #row(method: string, path: string): Met {
    const template = templateOf(path)
    const key = `${method} ${template}`
    const known = this.#rows.get(key)
    if (known) return known.met
    const isFull = this.#rows.size >= mostRows
    const row = { method: isFull ? '' : method, path: isFull ? otherPaths : template, met: none() }
    const met = this.#rows.get(otherPaths)?.met ?? row.met
    if (!isFull || met === row.met) this.#rows.set(isFull ? otherPaths : key, row)
    return met
  }
}

const none = (): Met => ({ arrived: 0, matched: 0, done: 0 })

/** A path without its query, with what stands for one thing of many taken out: `/api/orders/:n`. */
export function templateOf(path: string): string {
  const [plain = ''] = path.split(/[?#]/)
  const segments = plain.split('/').map((segment) => {
    if (/^\d+$/.test(segment)) return ':n'
    if (/^[\da-f-]{8,}$/i.test(segment) && /\d/.test(segment)) return ':id'
    return segment.length > 40 ? ':text' : segment
  })
  return segments.join('/').slice(0, mostPathLength)
}
