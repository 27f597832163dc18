import type { Framing } from './head.ts'
import type { Tally } from './tally.ts'

/** One request and its answer. */
export class Exchange {
  readonly method: string
  readonly isMeant: boolean
  readonly number: number
  /** Resolves when its answer is whole, or when none will come. */
  readonly over: Promise<void>
  /** Bytes of the answer's body that came so far. */
  came = 0
  /** How long the answer's body is; undefined: it is not said. */
  bodyBytes: number | undefined
  /** How the answer ends, as the server has it. */
  framing: Framing = { by: 'nothing' }
  /** Its header was given a length that the server never said. */
  isPromised = false
  /** Nobody understands its bytes: it is all that passes on a connection. */
  readonly isRaw: boolean
  readonly #tally: Tally
  #end: () => void = () => undefined

  constructor(parts: { method: string; isMeant: boolean; number: number; isRaw: boolean; tally: Tally }) {
    this.method = parts.method
    this.isMeant = parts.isMeant
    this.number = parts.number
    this.isRaw = parts.isRaw
    this.#tally = parts.tally
    this.over = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  /** What was meant for it is done. */
  done(): void {
    this.#tally.done()
  }

  answered(): void {
    this.#end()
  }
}
