import { BadgatewayError } from '../kit/errors.ts'

/** What is wrong with a command line, told at once. */
export class Mistakes {
  private readonly found: BadgatewayError[]

  constructor(found: readonly BadgatewayError[] = []) {
    this.found = [...found]
  }

  get any(): boolean {
    return this.found.length > 0
  }

  add(mistake: BadgatewayError): void {
    this.found.push(mistake)
  }

  /** What `read` gives; a mistake is kept, and `instead` stands for the value until all mistakes are told. */
  read<T>(instead: T, read: () => T): T {
    try {
      return read()
    } catch (thrown) {
      return this.keep(thrown, instead)
    }
  }

  async ask<T>(instead: T, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (thrown) {
      return this.keep(thrown, instead)
    }
  }

  /** Throws the one mistake as it is; several as USAGE, a line each, and with this hint. */
  refuse(hint: string): void {
    const [first, ...others] = this.found
    if (!first) return
    if (others.length === 0) throw first
    const lines = this.found.map(({ message, hint }) => `${message}. ${hint}`)
    throw new BadgatewayError('USAGE', [`${lines.length} mistakes:`, ...lines].join('\n'), hint)
  }

  private keep<T>(thrown: unknown, instead: T): T {
    // What is a defect of ours is none of the command line's.
    if (!(thrown instanceof BadgatewayError)) throw thrown
    this.add(thrown)
    return instead
  }
}
