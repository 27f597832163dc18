import { masked } from '../../kit/masked.ts'

/** What the status line and the headers of an answer say, as far as whoever counts needs it. */
export interface AnswerHead {
  status: number
  /** Bytes of the body; `chunked`, or `until-close` where only the connection's end tells. */
  body: number | 'chunked' | 'until-close'
  /** The connection may carry another request after this answer. */
  keepAlive: boolean
  /** How long the server says that it keeps an idle connection, ms. */
  idleMs: number
  /** Value of `content-encoding`, in lower case; empty for none. */
  encoding: string
  /** Values of `set-cookie`. */
  cookies: readonly string[]
}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/
const fieldName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/**
 * Reads a head without its blank line. Gives a text, why it is none, where it is none. What a body's end cannot be told
 * from beyond doubt is refused, as Nginx does: two lengths, a length and chunks, a length that is no number.
 */
export function readHead(text: string): AnswerHead | string {
  const [first = '', ...rest] = text.split(/\r?\n/)
  const match = statusLine.exec(first)
  if (!match) return `its status line is ${quoted(first)}`
  const fields: Fields = { length: -1, codings: '', connection: '', idleMs: Infinity, encoding: '', cookies: [] }
  for (const line of unfolded(rest)) {
    const wrong = take(line, fields)
    if (wrong) return wrong
  }
  const { length, codings, connection, idleMs, encoding, cookies } = fields
  if (codings && length >= 0) return 'it has both a length and chunks'
  const chunked = /(^|,)\s*chunked\s*$/i.test(codings)
  const body = chunked ? 'chunked' : length >= 0 ? length : 'until-close'
  const asked = match[1] === '1' ? !/\bclose\b/i.test(connection) : /\bkeep-alive\b/i.test(connection)
  return { status: Number(match[2]), body, keepAlive: asked, idleMs, encoding, cookies }
}

interface Fields {
  length: number
  codings: string
  connection: string
  idleMs: number
  encoding: string
  cookies: string[]
}

/** Takes one header line; gives why it is none. */
function take(line: string, fields: Fields): string | undefined {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(0, colon))
  if (!fieldName.test(name)) return `a header line of it is ${quoted(line)}`
  if (line.includes('\0')) return `the header ${name} of it holds a NUL`
  const value = line.slice(colon + 1).trim()
  switch (name.toLowerCase()) {
    case 'content-length': {
      const lengths = new Set(value.split(',').map((part) => part.trim()))
      if (fields.length >= 0) lengths.add(String(fields.length))
      if (lengths.size !== 1 || !/^\d{1,15}(\s*,\s*\d{1,15})*$/.test(value)) return `its length is ${quoted(value)}`
      fields.length = Number.parseInt(value, 10)
      return undefined
    }
    case 'transfer-encoding':
      fields.codings += `${fields.codings && ','}${value}`
      return undefined
    case 'connection':
      fields.connection += ` ${value}`
      return undefined
    case 'keep-alive': {
      const seconds = /\btimeout\s*=\s*(\d{1,6})\b/i.exec(value)?.[1]
      if (seconds !== undefined) fields.idleMs = Number(seconds) * 1_000
      return undefined
    }
    case 'content-encoding':
      fields.encoding += `${fields.encoding && ','}${value.toLowerCase()}`
      return undefined
    case 'set-cookie':
      fields.cookies.push(value)
      return undefined
    default:
      return undefined
  }
}

/** A line that begins with a blank goes on with the one before it. */
function unfolded(lines: readonly string[]): string[] {
  const whole: string[] = []
  for (const line of lines) {
    if (/^[ \t]/.test(line) && whole.length > 0) whole.push(`${whole.pop()} ${line.trim()}`)
    else whole.push(line)
  }
  return whole
}

/** A stranger's bytes as a short text of printable ASCII. */
export function quoted(text: string): string {
  const whole = masked(text)
  const shown = whole
    .slice(0, 40)
    .replace(/[^\x20-\x7e]/g, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`)
  return `'${shown}${whole.length > 40 ? '…' : ''}'`
}
