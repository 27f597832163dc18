import { interleave } from '../mix/mix.ts'

interface Round {
  fromK: number
  users: number
  entryOf: (k: number) => number
}

/** Whose turn a request is, and which of the mix it is. Must be asked in rising order of `k`. */
export class Turns {
  private readonly weights: readonly number[]
  /** The one in force, and those that come. */
  private readonly rounds: Round[]

  constructor(mix: readonly { weight: number }[], users: number) {
    this.weights = mix.map(({ weight }) => weight)
    this.rounds = [this.round(0, users)]
  }

  /** The number of users that take turns now, or will as soon as the last change has come. */
  get users(): number {
    return this.rounds.at(-1)?.users ?? 0
  }

  /** From request `fromK` on it is the first `users` that take turns. */
  change(fromK: number, users: number): void {
    this.rounds.push(this.round(fromK, users))
  }

  userOf(k: number): number {
    return k % this.roundOf(k).users
  }

  entryOf(k: number): number {
    return this.roundOf(k).entryOf(k)
  }

  private roundOf(k: number): Round {
    let [current, next] = this.rounds
    while (next && k >= next.fromK) {
      this.rounds.shift()
      current = next
      next = this.rounds[1]
    }
    if (!current) throw new RangeError('there is always a round')
    return current
  }

  private round(fromK: number, users: number): Round {
    return { fromK, users, entryOf: interleave(this.weights, users) }
  }
}
