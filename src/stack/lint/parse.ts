/** One directive of Nginx's configuration, with the place it stands at. */
export interface Directive {
  readonly name: string
  readonly args: readonly string[]
  readonly file: string
  /** From 1. */
  readonly line: number
  /** What stands in its braces; null: it has none. */
  readonly block: readonly Directive[] | null
}

/** What cannot be read, and where. */
export interface Unread {
  readonly file: string
  readonly line: number
  readonly because: string
}

export interface Configuration {
  readonly directives: readonly Directive[]
  readonly unread: readonly Unread[]
}

interface Token {
  text: string
  line: number
  /** Quoted text is never a brace or the end of a directive. */
  quoted: boolean
}

/** Comment, quoted text, one of `{ } ;`, or a word in which a backslash or `${` keeps the next character. */
const shapes =
  /#[^\n]*|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|[{};]|(?:\\[\s\S]|\$\{[^}\n]*\}|[^\s{};\\])+|\s+/gy

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let line = 1
  for (const [found] of text.matchAll(shapes)) {
    const quoted = found.startsWith('"') || found.startsWith("'")
    const isText = found.trim() !== '' && !found.startsWith('#')
    if (isText) tokens.push({ text: quoted ? found.slice(1, -1) : found, line, quoted })
    line += found.split('\n').length - 1
  }
  return tokens
}

/** How deep includes may go: Nginx itself has no limit, and a file that includes itself never ends. */
const deepest = 10

/** Reads a configuration from its main file, includes followed; `files` holds their texts by absolute path. */
export function parseConfiguration(main: string, files: ReadonlyMap<string, string>): Configuration {
  const unread: Unread[] = []
  const folder = main.slice(0, main.lastIndexOf('/'))
  const readFile = (file: string, depth: number): Directive[] => {
    const reader = new Reader(file, tokensOf(files.get(file) ?? ''), unread)
    return reader.block(true).flatMap((directive) => included(directive, depth))
  }
  const included = (directive: Directive, depth: number): Directive[] => {
    const { name, args, block } = directive
    if (name !== 'include') {
      return [block ? { ...directive, block: block.flatMap((inner) => included(inner, depth)) } : directive]
    }
    const [pattern = ''] = args
    const path = pattern.startsWith('/') ? pattern : `${folder}/${pattern}`
    const found = [...files.keys()].filter((file) => matches(path, file)).sort()
    const { file, line } = directive
    if (depth >= deepest) unread.push({ file, line, because: `${path} is included too deep` })
    else if (found.length > 0) return found.flatMap((one) => readFile(one, depth + 1))
    // A pattern may match nothing; of a file that is named Nginx says that it is missing.
    else if (!/[*?[]/.test(path)) unread.push({ file, line, because: `${path} is not there` })
    return []
  }
  if (!files.has(main)) unread.push({ file: main, line: 1, because: 'it is not there' })
  return { directives: readFile(main, 0), unread }
}

function matches(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]')
  return new RegExp(`^${source}$`).test(path)
}

/** Makes directives of tokens. What is not closed or stands alone is told, and reading goes on behind it. */
class Reader {
  private at = 0
  private readonly file: string
  private readonly tokens: readonly Token[]
  private readonly unread: Unread[]

  constructor(file: string, tokens: readonly Token[], unread: Unread[]) {
    this.file = file
    this.tokens = tokens
    this.unread = unread
  }

  block(isOutermost: boolean): Directive[] {
    const found: Directive[] = []
    for (;;) {
      const token = this.tokens[this.at]
      if (!token) {
        if (!isOutermost) this.complain(this.tokens.at(-1)?.line ?? 1, 'a block is not closed')
        return found
      }
      if (!token.quoted && token.text === '}') {
        this.at += 1
        if (!isOutermost) return found
        this.complain(token.line, "there is one '}' too many")
        continue
      }
      const directive = this.directive()
      if (directive) found.push(directive)
    }
  }

  private directive(): Directive | null {
    const { file } = this
    const words: string[] = []
    const line = this.tokens[this.at]?.line ?? 1
    for (let token = this.tokens[this.at]; token; token = this.tokens[this.at]) {
      const sign = token.quoted ? '' : token.text
      if (sign === '}') break
      this.at += 1
      if (sign !== ';' && sign !== '{') {
        words.push(token.text)
        continue
      }
      const [name, ...args] = words
      const block = sign === '{' ? this.block(false) : null
      if (name !== undefined) return { name, args, file, line, block }
      this.complain(line, `'${sign}' has no directive before it`)
      return null
    }
    this.complain(line, `'${words.join(' ')}' is not ended by ';'`)
    return null
  }

  private complain(line: number, because: string): void {
    this.unread.push({ file: this.file, line, because })
  }
}
