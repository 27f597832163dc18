import { Directive } from './directive.ts'
import type { Files } from './files.ts'
import { type Ignore, ignoresIn } from './ignores.ts'
import { included, type Search } from './include.ts'
import { endOfRawBlock, isRawBlock } from './raw-block.ts'
import { SourceText } from './source.ts'
import { Scanner, type Word } from './tokens.ts'

/** What was not read, and where. */
export interface Unread {
  /** `refused`: Nginx does not start with it. `closed`: it cannot be read. `elsewhere`: it is not in what was given. */
  readonly kind: 'refused' | 'closed' | 'elsewhere'
  readonly file: string
  /** Both from 1. */
  readonly line: number
  readonly column: number
  readonly because: string
  /** The `include` that led there. */
  readonly include: Directive | null
  /** What it names; empty when it is a mistake in the text. */
  readonly path: string
}

/** A configuration, includes followed. */
export interface Configuration {
  readonly directives: readonly Directive[]
  readonly unread: readonly Unread[]
  readonly ignores: readonly Ignore[]
  /** They stand in no block of the tree: what they lead to stands in their place. */
  readonly includes: readonly Directive[]
  /** The texts that were read, each once. */
  readonly sources: readonly SourceText[]
}

/** Where a configuration begins, and where its files are. */
export interface Given {
  readonly main: string
  readonly files: Files
  readonly aliases?: readonly string[]
}

/** Nginx knows no limit for either; files that include each other many times over would never end. */
const deepest = 32
const most = { includes: 10_000, characters: 16 * 2 ** 20, directives: 500_000 }
const includesOne = 'invalid number of arguments in "include" directive'
/** Nginx nests `location` in `location`, and little else. */
const deepestBlock = 200

/** Reads a configuration from its main file on. Never throws for what stands in it. */
export function readConfiguration({ main, files, aliases = [] }: Given): Configuration {
  const folder = main.slice(0, main.lastIndexOf('/'))
  const reader = new Reader({ files, folder, aliases })
  const directives: Directive[] = []
  const reading = files.read(main)
  if (reading && 'text' in reading) reader.read(main, reading.text, directives, null, [])
  else reader.unread.push({ ...lost(main), because: reading ? reading.because : 'it is not there' })
  const { unread, includes, ignores, sources } = reader
  return { directives, unread, includes, ignores: [...ignores.values()].flat(), sources: [...sources.values()] }
}

const lost = (file: string) => ({ kind: 'refused' as const, file, line: 1, column: 1, include: null, path: '' })

/** Puts the files of a configuration together. */
class Reader {
  readonly unread: Unread[] = []
  readonly includes: Directive[] = []
  readonly sources = new Map<string, SourceText>()
  /** By file: one that is included twice says it once. */
  readonly ignores = new Map<string, readonly Ignore[]>()
  readonly #search: Search
  readonly #left = { ...most }

  constructor(search: Search) {
    this.#search = search
  }

  /** `trail`: the files that are being read, outermost first. */
  read(file: string, text: string, into: Directive[], parent: Directive | null, trail: readonly string[]): void {
    const source = this.sources.get(file) ?? new SourceText(file, text)
    this.sources.set(file, source)
    const own = new FileReader(source, this, [...trail, file])
    own.block(into, parent, null)
    this.ignores.set(file, own.ignores)
  }

  follow(include: Directive, into: Directive[], trail: readonly string[]): void {
    const [pattern = ''] = include.args
    this.includes.push(include)
    const found = included(pattern, this.#search)
    for (const { path, because } of found.closed) this.complain('closed', include, path, `${path} ${because}`)
    if (found.files.length === 0 && found.closed.length === 0) {
      const because = found.isKnown ? `${found.path} matches no file` : `${found.path} is not in what was given`
      this.complain('elsewhere', include, found.path, because, found.isKnown)
    }
    for (const { path, reading } of found.files) {
      if ('because' in reading) this.complain('closed', include, path, `${path} ${reading.because}`)
      else if (trail.includes(path))
        this.complain('refused', include, path, `${path} includes itself: included too deep`)
      else if (trail.length > deepest) this.#limit(include, path, `${deepest} levels of includes`)
      else if (!this.spend('includes', 1)) this.#limit(include, path, `${most.includes} includes`)
      else if (!this.spend('characters', reading.text.length))
        this.#limit(include, path, `${most.characters} characters`)
      else this.read(path, reading.text, into, include.parent, trail)
    }
  }

  /** Takes from what may be read; false: there is not so much left. */
  spend(what: keyof typeof most, count: number): boolean {
    this.#left[what] -= count
    return this.#left[what] >= 0
  }

  /** A limit is told once. */
  #limit(include: Directive, path: string, limit: string): void {
    const because = `only ${limit} are read`
    if (!this.unread.some((one) => one.because === because)) this.complain('closed', include, path, because)
  }

  complain(kind: Unread['kind'], at: Directive, path: string, because: string, isEmpty = false): void {
    const { file, line, column } = at
    this.unread.push({ kind, file, line, column, because, include: isEmpty ? null : at, path })
  }
}

/** Reads one file. What is wrong in it is told once, at its first place, and reading goes on behind it. */
class FileReader {
  readonly #scanner: Scanner
  readonly #source: SourceText
  readonly #reader: Reader
  readonly #trail: readonly string[]
  #isBroken = false
  #depth = 0

  constructor(source: SourceText, reader: Reader, trail: readonly string[]) {
    this.#source = source
    this.#reader = reader
    this.#trail = trail
    const isMarked = source.text.startsWith('\uFEFF')
    this.#scanner = new Scanner(source.text, isMarked ? 1 : 0)
    if (isMarked) {
      const first = new Scanner(source.text.slice(0, 200)).run().words[0]?.text ?? ''
      this.#refuse(0, `unknown directive "${first}": the file begins with a byte order mark`)
    }
    if (source.text.includes('\0')) this.#refuse(source.text.indexOf('\0'), 'it is no text: it has NUL characters')
  }

  /** What was said for us until now. */
  get ignores(): Ignore[] {
    return ignoresIn(this.#source, this.#scanner.comments)
  }

  /** Reads to the brace that closes what `opened` opens, and gives its offset; null: to the end of the file. */
  block(into: Directive[], parent: Directive | null, opened: Word | null): number {
    if (this.#depth > deepestBlock && opened) this.#leave(opened, `only ${deepestBlock} blocks in each other are read`)
    this.#depth += 1
    const end = this.#rest(into, parent, opened)
    this.#depth -= 1
    return end
  }

  #rest(into: Directive[], parent: Directive | null, opened: Word | null): number {
    for (;;) {
      const { words, stop } = this.#scanner.run()
      const [first] = words
      if (stop.kind === 'refused') this.#refuse(stop.at, stop.because)
      else if (stop.kind === ';' || stop.kind === '{') {
        const kept = this.#withoutHoles(words)
        if (kept.length > 0) this.#directive(kept, stop.kind === '{', stop.at, into, parent)
        else if (first === undefined) {
          this.#refuse(stop.at, `'${stop.kind}' has no directive before it`)
          if (stop.kind === '{') this.block([], parent, { text: '{', start: stop.at, end: stop.at + 1, quote: null })
        }
      } else {
        if (first && !this.#isHole(words)) this.#unended(words, first)
        if (stop.kind === 'end') {
          if (opened) this.#refuse(opened.start, `a block is not closed: '${opened.text}' has no '}'`)
          return stop.at
        }
        if (first) this.#scanner.at = stop.at + 1
        if (opened) return stop.at
        this.#refuse(stop.at, "there is one '}' too many")
      }
    }
  }

  #directive(words: readonly Word[], isBlock: boolean, at: number, into: Directive[], parent: Directive | null): void {
    const source = this.#source
    const [first] = words
    if (!first) return
    if (!this.#reader.spend('directives', 1)) {
      this.#leave(first, `only ${most.directives} directives are read`)
      return
    }
    if (!isBlock) {
      const one = new Directive({ source, words, parent, block: null }, at)
      if (one.name === 'include' && one.args.length !== 1) this.#reader.complain('refused', one, '', includesOne)
      else if (one.name === 'include') this.#reader.follow(one, into, this.#trail)
      else into.push(one)
      return
    }
    const inner: Directive[] = []
    const one = new Directive({ source, words, parent, block: inner }, at)
    into.push(one)
    one.close(isRawBlock(first.text) ? this.#raw(first) : this.block(inner, one, first))
  }

  /** Reads no further in this file. */
  #leave(word: Word, because: string): void {
    const { file, text } = this.#source
    this.#scanner.at = text.length
    if (!this.#isBroken) {
      this.#reader.unread.push({ ...lost(file), ...this.#source.place(word.start), kind: 'closed', because })
    }
    this.#isBroken = true
  }

  #unended(words: readonly Word[], first: Word): void {
    const said = words.map(({ text }) => text).join(' ')
    this.#refuse(first.start, `'${said.length > 80 ? `${said.slice(0, 80)}…` : said}' is not ended by ';'`)
  }

  /** Passes over a body in another language. */
  #raw(first: Word): number {
    const end = endOfRawBlock(first.text, this.#source.text, this.#scanner.at)
    if (end === undefined) this.#refuse(first.start, `a block is not closed: '${first.text}' has no '}'`)
    const at = end ?? this.#source.text.length
    this.#scanner.at = at + 1
    return at
  }

  /** `${NAME}` alone in its line: a template's place for whole directives. */
  #withoutHoles(words: readonly Word[]): readonly Word[] {
    const [first, second] = words
    if (!first || !second || !this.#isHole([first])) return words
    if (!this.#source.text.slice(first.end, second.start).includes('\n')) return words
    return this.#withoutHoles(words.slice(1))
  }

  #isHole(words: readonly Word[]): boolean {
    return words.every(({ text, quote }) => quote === null && /^\$\{[A-Z_][A-Z\d_]*\}$/.test(text))
  }

  #refuse(at: number, because: string): void {
    if (this.#isBroken) return
    this.#isBroken = true
    const { file, text } = this.#source
    const mark = text.includes('\0') ? undefined : /\{%|\{\{|<%/.exec(text)?.[0]
    this.#reader.unread.push({
      ...lost(file),
      ...this.#source.place(at),
      because: mark ? `${because} (a template with ${mark}: render it first)` : because,
    })
  }
}
