import { mostKeptBytes } from '../mix/good.ts'

/** What all bodies that a thread keeps at a time may take, bytes. */
const mostOfAllBytes = 64 * 1024 * 1024
const leastBytes = 4_096
const nothing = Buffer.alloc(0)

let ofAll = 0

/** The body of an answer while it comes: counted always, kept only where it is to be looked into, and not too large. */
export class KeptBody {
  /** Bytes of it so far. */
  length = 0
  private keeps = false
  private held = nothing

  begin(keeps: boolean): void {
    this.release()
    this.length = 0
    this.keeps = keeps
  }

  take(bytes: Buffer, from: number, to: number): void {
    const before = this.length
    this.length += to - from
    if (!this.keeps) return
    if (this.length > this.held.length && !this.grow(before)) this.release()
    else bytes.copy(this.held, before, from, to)
  }

  /** All of it; undefined where it is not kept. Only lent until the next `begin` or `release`. */
  get body(): Buffer | undefined {
    return this.keeps ? this.held.subarray(0, this.length) : undefined
  }

  release(): void {
    ofAll -= this.held.length
    this.held = nothing
    this.keeps = false
  }

  private grow(used: number): boolean {
    const size = Math.min(mostKeptBytes, Math.max(leastBytes, 2 * this.length))
    if (this.length > mostKeptBytes || ofAll + size > mostOfAllBytes) return false
    const larger = Buffer.allocUnsafeSlow(size)
    this.held.copy(larger, 0, 0, used)
    ofAll += size - this.held.length
    this.held = larger
    return true
  }
}
