/** One word as Nginx reads it: `text` without its quotes and escapes, and where it stands in the file. */
export interface Word {
  readonly text: string
  /** Offset of its first character, a quote included. */
  readonly start: number
  /** Offset behind its last character. */
  readonly end: number
  readonly quote: '"' | "'" | null
}

/** What ends a run of words: `;`, `{`, `}`, the end of the file; or why Nginx reads no further, in its own words. */
export type Stop =
  | { readonly kind: ';' | '{' | '}' | 'end'; readonly at: number }
  | { readonly kind: 'refused'; readonly at: number; readonly because: string }

/** From its sign to the end of its line. */
export interface Comment {
  readonly start: number
  readonly end: number
}

/** A run of words and what ended it. */
export interface Run {
  readonly words: readonly Word[]
  readonly stop: Stop
}

/** Longer words do not fit into Nginx's buffer (NGX_CONF_BUFFER). */
const longestWord = 4_096

const isBlank = (sign: string) => sign === ' ' || sign === '\t' || sign === '\r' || sign === '\n'

/** Nginx's own lexer (ngx_conf_read_token): one pass over the text, each character looked at once. */
export class Scanner {
  at: number
  readonly text: string
  /** Those that are for us. */
  readonly comments: Comment[] = []

  constructor(text: string, at = 0) {
    this.text = text
    this.at = at
  }

  /** The next run of words. */
  run(): Run {
    const words: Word[] = []
    for (;;) {
      this.#skip()
      const { at } = this
      const sign = this.text[at]
      if (sign === undefined) return { words, stop: { kind: 'end', at } }
      if (sign === ';' || sign === '{') {
        this.at += 1
        return { words, stop: { kind: sign, at } }
      }
      // Inside of a run it is not taken, so that reading can go on behind the mistake.
      if (sign === '}') {
        if (words.length === 0) this.at += 1
        return { words, stop: { kind: '}', at } }
      }
      const word = sign === '"' || sign === "'" ? this.#quoted(sign) : this.#plain()
      if ('because' in word) return { words, stop: word }
      words.push(word)
    }
  }

  /** Blanks and comments. */
  #skip(): void {
    for (;;) {
      const sign = this.text[this.at]
      if (sign === '#') {
        const end = this.text.indexOf('\n', this.at)
        this.#comment(this.at, end < 0 ? this.text.length : end)
        this.at = end < 0 ? this.text.length : end + 1
      } else if (sign !== undefined && isBlank(sign)) this.at += 1
      else return
    }
  }

  #comment(start: number, end: number): void {
    if (/^#+\s*badgateway-/.test(this.text.slice(start, Math.min(end, start + 40)))) this.comments.push({ start, end })
  }

  #plain(): Word | (Stop & { kind: 'refused' }) {
    const start = this.at
    let isVariable = false
    for (; this.at < this.text.length; this.at += 1) {
      const sign = this.text[this.at] ?? ''
      if (sign === '{' && isVariable) {
        isVariable = false
        continue
      }
      if (isBlank(sign) || sign === ';' || sign === '{') break
      isVariable = sign === '$'
      if (sign === '\\') this.at += 1
    }
    const end = Math.min(this.at, this.text.length)
    this.at = end
    return this.#word(start, end, null)
  }

  #quoted(quote: '"' | "'"): Word | (Stop & { kind: 'refused' }) {
    const start = this.at
    for (this.at += 1; this.at < this.text.length; this.at += 1) {
      const sign = this.text[this.at]
      if (sign === '\\') this.at += 1
      else if (sign === quote) {
        this.at += 1
        const after = this.text[this.at]
        const word = this.#word(start, this.at, quote)
        if (after === undefined || isBlank(after) || after === ';' || after === '{' || after === ')') return word
        return { kind: 'refused', at: this.at, because: `unexpected "${after}"` }
      }
    }
    this.at = this.text.length
    return { kind: 'refused', at: start, because: `unexpected end of file, a ${quote} is not closed` }
  }

  #word(start: number, end: number, quote: '"' | "'" | null): Word | (Stop & { kind: 'refused' }) {
    const raw = quote ? this.text.slice(start + 1, end - 1) : this.text.slice(start, end)
    if (raw.length >= longestWord) {
      return { kind: 'refused', at: start, because: `too long parameter "${raw.slice(0, 10)}..." started` }
    }
    return { text: raw.includes('\\') ? unescaped(raw) : raw, start, end, quote }
  }
}

const escapes: Record<string, string> = { '"': '"', "'": "'", '\\': '\\', t: '\t', r: '\r', n: '\n' }

/** Other escapes, such as `\.` of an expression, keep their backslash. */
function unescaped(raw: string): string {
  return raw.replace(/\\([\s\S])/g, (all, sign: string) => escapes[sign] ?? all)
}
