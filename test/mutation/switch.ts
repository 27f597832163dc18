/** Says which mutant of the source under test is on, and hears which of them a test came to. */
export class MutantSwitch {
  /** -1: none. */
  on = -1
  readonly reached = new Set<number>()
  #calls = 0

  /** From now on another one, or none. */
  turn(on: number): void {
    this.on = on
    this.#calls = 0
  }

  binary(id: number, operator: string, left: never, right: never): unknown {
    return this.#is(id) ? binaries[opposite[operator] ?? '']?.(left, right) : binaries[operator]?.(left, right)
  }

  logical(id: number, operator: string, left: () => unknown, right: () => unknown): unknown {
    return logicals[this.#is(id) ? (opposite[operator] ?? '') : operator]?.(left, right)
  }

  not(id: number, value: unknown): unknown {
    return this.#is(id) ? value : !value
  }

  truth(id: number, value: boolean): boolean {
    return this.#is(id) ? !value : value
  }

  test(always: number, never: number, value: () => unknown): unknown {
    const [isOn, isOff] = [this.#is(always), this.#is(never)]
    return isOn || (!isOff && value())
  }

  method(id: number, name: string, other: string): string {
    return this.#is(id) ? other : name
  }

  /** A mutant that turns in a circle is noticed too. */
  #is(id: number): boolean {
    if (this.on < 0) this.reached.add(id)
    else if (++this.#calls > mostCalls) throw new Error('this mutant comes to no end')
    return this.on === id
  }
}

const mostCalls = 20_000_000

type Values = (left: never, right: never) => unknown
const binaries: Readonly<Record<string, Values>> = {
  '===': (a, b) => a === b,
  '!==': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
}
type Thunks = (left: () => unknown, right: () => unknown) => unknown
const logicals: Readonly<Record<string, Thunks>> = {
  '&&': (a, b) => a() && b(),
  '||': (a, b) => a() || b(),
  '??': (a, b) => a() ?? b(),
}
/** What stands for an operator in its mutant. */
export const opposite: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '+': '-',
  '-': '+',
  '&&': '||',
  '||': '&&',
  '??': '&&',
}
