import { createHash } from 'node:crypto'
import type { InterposerScope } from '../../../src/protocol/index.ts'

/** Whose it is: users', somebody else's, or that of whoever looks whether the fault is there. */
export type Origin = 'users' | 'others' | 'look'

export interface Asked {
  origin: Origin
  method: string
  path: string
  /** Value of a header, its name in small letters. */
  header(name: string): string | undefined
}

/** Decides which exchanges are meant: the same ones each time, for the same seed and the same order. */
export class Chooser {
  readonly #scope: InterposerScope
  readonly #seed: number
  /** Users' requests are numbered by themselves: a monitor in between moves none of them. */
  readonly #numbers = { users: 0, others: 0 }

  constructor(scope: InterposerScope, seed: number) {
    this.#scope = scope
    this.#seed = seed
  }

  isMeant({ origin, method, path, header }: Asked): boolean {
    const { path: prefix, method: wanted, first, every, share, by } = this.#scope
    // Who looks asks for a page: it must not have to send what writes something, to see what becomes of that.
    if (origin === 'look') return true
    if (prefix !== undefined && !path.startsWith(prefix)) return false
    if (wanted !== undefined && method !== wanted) return false
    this.#numbers[origin] += 1
    const number = this.#numbers[origin]
    if (first !== undefined && number > first) return false
    if (every !== undefined && number % every !== 0) return false
    if (share === undefined) return true
    // Whoever brings no such header is told apart by number.
    const whose = (by === undefined ? undefined : header(by)) ?? `#${number}`
    return chance(this.#seed, whose) < share
  }
}

/** 0 … 1, spread evenly, and always the same for the same seed and text. */
export function chance(seed: number, text: string): number {
  return createHash('sha256').update(`${seed}/${text}`).digest().readUInt32BE(0) / 2 ** 32
}
