import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Results by name, kept in one file after each: what was stopped goes on where it stopped. */
export class KeptResults<Result> {
  readonly #file: string
  readonly #all: Map<string, Result>

  /** Reads what is kept; with `anew` it is forgotten. */
  constructor(file: string, anew = false) {
    this.#file = file
    const kept: Record<string, Result> = anew || !existsSync(file) ? {} : JSON.parse(readFileSync(file, 'utf8'))
    this.#all = new Map(Object.entries(kept))
  }

  get(name: string): Result | undefined {
    return this.#all.get(name)
  }

  keep(name: string, result: Result): void {
    this.#all.set(name, result)
    mkdirSync(dirname(this.#file), { recursive: true })
    // Whoever is killed while it writes has the old results still.
    writeFileSync(`${this.#file}.new`, `${JSON.stringify(Object.fromEntries(this.#all), null, 2)}\n`)
    renameSync(`${this.#file}.new`, this.#file)
  }
}
