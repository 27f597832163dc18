import { reasonOf } from '../kit/errors.ts'

/** One call takes no more than so much: the agent reads no body of more than 1 MiB. */
const mostBytes = 256 * 1024

interface Feeding {
  push(lines: readonly string[]): Promise<void>
  /** Told once: from then on requests are missing in what is counted. */
  onLost(reason: string): void
}

/** Gives the agent the lines of a proxy's access log that it has no file to read from, in their order. */
export class AccessFeed {
  readonly #feeding: Feeding
  #waiting: string[] = []
  #isSending = false
  #isTold = false

  constructor(feeding: Feeding) {
    this.#feeding = feeding
  }

  take(line: string): void {
    this.#waiting.push(line)
  }

  /** Sends what waits, unless the last call is still under way. */
  async send(): Promise<void> {
    if (this.#isSending) return
    this.#isSending = true
    try {
      while (this.#waiting.length > 0) await this.#feeding.push(this.#next())
    } catch (thrown) {
      if (!this.#isTold) this.#feeding.onLost(reasonOf(thrown))
      this.#isTold = true
    } finally {
      this.#isSending = false
    }
  }

  #next(): string[] {
    let bytes = 0
    const end = this.#waiting.findIndex((line, at) => {
      bytes += Buffer.byteLength(line)
      return at > 0 && bytes > mostBytes
    })
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end)
  }
}
