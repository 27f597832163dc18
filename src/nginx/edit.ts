import type { Directive } from './directive.ts'
import type { Configuration } from './read.ts'
import type { SourceText } from './source.ts'
import type { Word } from './tokens.ts'

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

/** Quotes a word where Nginx would take it for several, or for none. */
export function written(text: string): string {
  if (text !== '' && !/[\s;{}"'\\#]/.test(text)) return text
  return `"${text.replace(/["\\]/g, (sign) => `\\${sign}`)}"`
}

/** Changes a configuration by splicing its text: comments, layout and line ends stay as they are. */
export class Edit {
  readonly #configuration: Configuration
  readonly #splices = new Map<SourceText, Map<string, Splice>>()

  constructor(configuration: Configuration) {
    this.#configuration = configuration
  }

  /** The upstream of this name; of all files, whatever the file is called. */
  upstream(name: string): ServersEdit {
    const blocks = this.find((one) => one.name === 'upstream' && one.block !== null && one.args[0] === name)
    return new ServersEdit(this, blocks)
  }

  /** Every directive for which this holds, in the order of the text. */
  find(holds: (directive: Directive) => boolean): Directive[] {
    const walk = (all: readonly Directive[]): Directive[] =>
      all.flatMap((one) => [...(holds(one) ? [one] : []), ...walk(one.block ?? [])])
    return walk(this.#configuration.directives)
  }

  /** The includes whose path this begins, followed or not. */
  includes(path: string): readonly Directive[] {
    return this.#configuration.includes.filter(({ args }) => args[0]?.startsWith(path))
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
    const source = this.#configuration.sources.find(({ file }) => file === path)
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

  /** A `server` of an upstream, to be changed. */
  server(directive: Directive): ServerEdit {
    return new ServerEdit(this, directive)
  }

  /** The files that are other than before. */
  files(): EditedFile[] {
    return [...this.#splices].flatMap(([{ file, text }, splices]) => {
      const after = spliced(text, [...splices.values()])
      return after === text ? [] : [{ path: file, before: text, after }]
    })
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

/** The servers of an upstream: found by the block they stand in, never by how they are named. */
export class ServersEdit {
  readonly #edit: Edit
  readonly #blocks: readonly Directive[]

  constructor(edit: Edit, blocks: readonly Directive[]) {
    this.#edit = edit
    this.#blocks = blocks
  }

  get servers(): readonly ServerEdit[] {
    return this.#blocks.flatMap((block) => block.own('server').map((server) => new ServerEdit(this.#edit, server)))
  }

  each(change: (server: ServerEdit, at: number) => void): this {
    for (const [at, server] of this.servers.entries()) change(server, at)
    return this
  }

  /** Adds a server behind the last one: `add('10.0.0.3:80', 'weight=2')`. */
  add(address: string, ...options: string[]): this {
    const last = this.#blocks[0]?.own('server').at(-1)
    if (last) this.#edit.addAfter(last, `server ${[address, ...options].map(written).join(' ')};`)
    return this
  }
}

/** One `server` of an upstream. */
export class ServerEdit {
  readonly directive: Directive
  readonly #edit: Edit

  constructor(edit: Edit, directive: Directive) {
    this.#edit = edit
    this.directive = directive
  }

  /** `web-1:8080`, as it stands there. */
  get address(): string {
    return this.directive.args[0] ?? ''
  }

  /** Gives it another port; a socket has none and stays. */
  port(port: number): void {
    if (this.address.startsWith('unix:')) return
    this.to(`${this.address.replace(/:\d*$/, '')}:${port}`)
  }

  /** Gives it another address. */
  to(address: string): void {
    const [, word] = this.directive.words
    if (word) this.#edit.replace(this.directive, word, address)
  }

  /** `option('weight', '3')`, `option('down')`; `option('weight', null)` takes it away. */
  option(name: string, value?: string | null): void {
    const { args } = this.directive
    const rest = args.filter((word) => word !== name && !word.startsWith(`${name}=`))
    const put = value === null ? [] : [value === undefined ? name : `${name}=${value}`]
    this.#edit.set(this.directive, ...rest, ...put)
  }

  remove(): void {
    this.#edit.remove(this.directive)
  }
}

/** Begins to edit a configuration that was read. */
export const edit = (configuration: Configuration): Edit => new Edit(configuration)
