import { type FileHandle, open } from 'node:fs/promises'

const newline = 10
const chunkBytes = 1_048_576

/**
 * Reads what was added to a log file since the last time, whole lines only. Starts at the beginning; starts over when
 * the file was truncated or replaced. A file that is not there yet has no lines.
 */
export class Tail {
  readonly #path: string
  readonly #mostBytes: number
  #offset = 0
  #inode = 0
  #rest: Buffer = Buffer.alloc(0)

  /** `mostBytes` is read at once, so that a scrape stays short; the rest is read the next time. */
  constructor(path: string, mostBytes = 32 * 1_048_576) {
    this.#path = path
    this.#mostBytes = mostBytes
  }

  async lines(): Promise<string[]> {
    const file = await open(this.#path, 'r').catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return null
      throw thrown
    })
    if (!file) return []
    try {
      return await this.#read(file)
    } finally {
      await file.close()
    }
  }

  async #read(file: FileHandle): Promise<string[]> {
    const { size, ino } = await file.stat()
    if (ino !== this.#inode || size < this.#offset) {
      this.#inode = ino
      this.#offset = 0
      this.#rest = Buffer.alloc(0)
    }
    const lines: string[] = []
    const end = Math.min(size, this.#offset + this.#mostBytes)
    while (this.#offset < end) {
      const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, end - this.#offset))
      const { bytesRead } = await file.read(buffer, 0, buffer.length, this.#offset)
      if (bytesRead === 0) break
      this.#offset += bytesRead
      this.#take(Buffer.concat([this.#rest, buffer.subarray(0, bytesRead)]), lines)
    }
    return lines
  }

  #take(bytes: Buffer, into: string[]): void {
    const last = bytes.lastIndexOf(newline)
    // A line without an end that is longer than any log writes is no line of ours.
    this.#rest = bytes.length - last > chunkBytes ? Buffer.alloc(0) : Buffer.from(bytes.subarray(last + 1))
    if (last < 0) return
    into.push(...bytes.toString('utf8', 0, last).split('\n'))
  }
}
