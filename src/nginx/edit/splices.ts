import type { Directive } from '../read/directive.ts'
import type { Configuration } from '../read/read.ts'
import type { SourceText } from '../read/source.ts'
import type { Word } from '../read/tokens.ts'

/** A text in the place of another. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** One file as an edit leaves it. */
export interface EditedFile {
  readonly path: string
  readonly before: string
  readonly after: string
}

/** One place of an edit. */
export interface Change {
  readonly file: string
  /** From 1, of the file as it was. */
  readonly line: number
  readonly was: string
  readonly is: string
}

/** Quotes a word where Nginx would take it for several, or for none. */
export function written(text: string): string {
  if (text !== '' && !/[\s;{}"'\\#]/.test(text)) return text
  return `"${text.replace(/["\\]/g, (sign) => `\\${sign}`)}"`
}

/** Changes a configuration by splicing its text: comments, layout and line ends stay as they are. */
export class Splices {
  protected readonly configuration: Configuration
  readonly #splices = new Map<SourceText, Map<string, Splice>>()

  constructor(configuration: Configuration) {
    this.configuration = configuration
  }

  /** Every directive for which this holds, in the order of the text. */
  find(holds: (directive: Directive) => boolean): Directive[] {
    const walk = (all: readonly Directive[]): Directive[] =>
      all.flatMap((one) => [...(holds(one) ? [one] : []), ...walk(one.block ?? [])])
    return walk(this.configuration.directives)
  }

  /** The includes whose path this begins, followed or not. */
  includes(path: string): readonly Directive[] {
    return this.configuration.includes.filter(({ args }) => args[0]?.startsWith(path))
  }

  /** Gives a directive other values; what stands between them stays. */
  set(directive: Directive, ...values: string[]): void {
    const words = directive.words.slice(1)
    for (const [at, word] of words.entries()) {
      const value = values[at]
      if (value === undefined) this.#cut(directive.source, word)
      else if (value !== word.text) this.replace(directive, word, value)
    }
    const more = values.slice(words.length)
    const end = directive.words.at(-1)?.end ?? directive.start
    if (more.length > 0)
      this.#splice(directive.source, { start: end, end, text: more.map((one) => ` ${written(one)}`).join('') })
  }

  /** Gives one word of a directive another value. */
  replace(directive: Directive, word: Word, value: string): void {
    this.#splice(directive.source, { start: word.start, end: word.end, text: written(value) })
  }

  /** Adds a word at the end. */
  append(directive: Directive, value: string): void {
    this.set(directive, ...directive.args, value)
  }

  /** Takes a directive away, with its line when nothing else stands there. */
  remove(directive: Directive): void {
    const { text } = directive.source
    const lineStart = text.lastIndexOf('\n', directive.start - 1) + 1
    const lineEnd = text.indexOf('\n', directive.end)
    const behind = text.slice(directive.end, lineEnd < 0 ? text.length : lineEnd)
    const isAlone = text.slice(lineStart, directive.start).trim() === '' && behind.trim() === ''
    const [start, end] = isAlone
      ? [lineStart, lineEnd < 0 ? text.length : lineEnd + 1]
      : [directive.start, directive.end]
    this.#splice(directive.source, { start, end, text: '' })
  }

  /** Adds a line behind a directive, as far in as it stands. `line` is whole: `server 10.0.0.3:80;`. */
  addAfter(directive: Directive, line: string): void {
    const { text } = directive.source
    const lineStart = text.lastIndexOf('\n', directive.start - 1) + 1
    const indent = /^[ \t]*/.exec(text.slice(lineStart, directive.start))?.[0] ?? ''
    const isFirst = text.slice(lineStart, directive.start).trim() === ''
    const ending = isFirst ? `${lineEndOf(text)}${indent}` : ' '
    this.#splice(directive.source, { start: directive.end, end: directive.end, text: ending + line })
  }

  /** The same before it. */
  addBefore(directive: Directive, line: string): void {
    const { text } = directive.source
    const before = text.slice(text.lastIndexOf('\n', directive.start - 1) + 1, directive.start)
    const ending = before.trim() === '' ? `${lineEndOf(text)}${before}` : ' '
    this.#splice(directive.source, { start: directive.start, end: directive.start, text: line + ending })
  }

  /** Puts a line before everything else of a file. */
  addFirst(path: string, line: string): void {
    const source = this.configuration.sources.find(({ file }) => file === path)
    if (source) this.#splice(source, { start: 0, end: 0, text: `${line}${lineEndOf(source.text)}` })
  }

  /** Adds a line as the first one of a block, as far in as what follows. */
  addInside(block: Directive, line: string): void {
    const { text } = block.source
    if (!block.body) return
    const { start } = block.body
    const rest = /^[ \t]*\r?\n([ \t]*)/.exec(text.slice(start, block.body.end))
    this.#splice(block.source, { start, end: start, text: rest ? `${lineEndOf(text)}${rest[1]}${line}` : ` ${line}` })
  }

  /** Puts a text in the place of what stands between two offsets of a file. */
  splice(source: SourceText, splice: Splice): void {
    this.#splice(source, splice)
  }

  /** The files that are other than before. */
  files(): EditedFile[] {
    return [...this.#splices].flatMap(([{ file, text }, splices]) => {
      const after = spliced(text, [...splices.values()])
      return after === text ? [] : [{ path: file, before: text, after }]
    })
  }

  /** What is changed, place by place. */
  changes(): Change[] {
    return [...this.#splices].flatMap(([source, splices]) =>
      [...splices.values()].map(({ start, end, text }) => {
        return { file: source.file, line: source.place(start).line, was: source.text.slice(start, end), is: text }
      }),
    )
  }

  #cut(source: SourceText, word: Word): void {
    const before = /[ \t]*$/.exec(source.text.slice(0, word.start))?.[0].length ?? 0
    this.#splice(source, { start: word.start - before, end: word.end, text: '' })
  }

  /** A file that is included twice has its places once. */
  #splice(source: SourceText, splice: Splice): void {
    const known = this.#splices.get(source) ?? new Map<string, Splice>()
    this.#splices.set(source, known)
    const key = `${splice.start} ${splice.end} ${splice.text}`
    if (!known.has(key)) known.set(key, splice)
  }
}

const lineEndOf = (text: string) => (text.includes('\r\n') ? '\r\n' : '\n')

function spliced(text: string, splices: readonly Splice[]): string {
  const parts: string[] = []
  let at = 0
  // Of two that are put into one place the first comes first, and before what is replaced there.
  for (const { start, end, text: put } of splices.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    // What stands in something that goes goes with it.
    if (start < at) continue
    parts.push(text.slice(at, start), put)
    at = end
  }
  return parts.join('') + text.slice(at)
}
