import type { SourceText } from './source.ts'
import type { Word } from './tokens.ts'

/** One directive, with the places of all its parts: an edit may splice the text between them. */
export class Directive {
  readonly source: SourceText
  /** The name first. */
  readonly words: readonly Word[]
  /** The block it stands in, includes followed; null: at the outermost level of what was given. */
  readonly parent: Directive | null
  /** What stands in its braces, included files in the place of their `include`; null: it has none. */
  readonly block: readonly Directive[] | null
  readonly args: readonly string[]
  readonly #place: { line: number; column: number }
  readonly #sign: number
  #end: number
  #byName: ReadonlyMap<string, readonly Directive[]> | undefined

  /** `sign`: offset of its `;` or `{`. */
  constructor(given: Pick<Directive, 'source' | 'words' | 'parent' | 'block'>, sign: number) {
    this.source = given.source
    this.words = given.words
    this.parent = given.parent
    this.block = given.block
    this.#sign = sign
    this.#end = sign + 1
    this.args = given.words.slice(1).map(({ text }) => text)
    this.#place = given.source.place(this.start)
  }

  get name(): string {
    return this.words[0]?.text ?? ''
  }

  /** Offset of its first character. */
  get start(): number {
    return this.words[0]?.start ?? 0
  }

  /** Offset behind its `;` or `}`. */
  get end(): number {
    return this.#end
  }

  /** Offsets of what stands between its braces; null: it has none. */
  get body(): { readonly start: number; readonly end: number } | null {
    return this.block ? { start: this.#sign + 1, end: this.#end - 1 } : null
  }

  /** Called by the reader when it has come to the closing brace at this offset. */
  close(at: number): void {
    this.#end = at + 1
  }

  get file(): string {
    return this.source.file
  }

  /** From 1. */
  get line(): number {
    return this.#place.line
  }

  /** In characters, from 1. */
  get column(): number {
    return this.#place.column
  }

  /** The directives with one of these names right inside of its braces. */
  own(...names: string[]): readonly Directive[] {
    this.#byName ??= byName(this.block ?? [])
    const [first = ''] = names
    if (names.length > 1) return (this.block ?? []).filter(({ name }) => names.includes(name))
    return this.#byName.get(first) ?? []
  }

  /** Whether one of these stands right inside of its braces. */
  has(...names: string[]): boolean {
    return names.some((name) => this.own(name).length > 0)
  }

  /** The block around it with one of these names, innermost first. */
  within(...names: string[]): Directive | undefined {
    for (let one = this.parent; one; one = one.parent) if (names.includes(one.name)) return one
    return undefined
  }
}

/** A block's directives by their names, in order. */
export function byName(directives: readonly Directive[]): ReadonlyMap<string, readonly Directive[]> {
  const found = new Map<string, Directive[]>()
  for (const one of directives) {
    const known = found.get(one.name)
    if (known) known.push(one)
    else found.set(one.name, [one])
  }
  return found
}
