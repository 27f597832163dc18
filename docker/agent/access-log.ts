import { type AccessLine, parseAccessLine } from '../../src/kit/access-line.ts'

/** One request, and every try at an upstream that it took. */
export interface AccessEntry extends AccessLine {
  attempts: Attempt[]
}

/** One try at one upstream. Nginx lists them all, first to last, in each of its `$upstream_…` variables. */
export interface Attempt {
  /** Address, or the group's name when no server of it was alive. */
  upstream: string
  status: string
  /** Who made the status: an upstream that answered, or Nginx in its place. */
  origin: 'proxy' | 'upstream'
  /** Whether there was a connection to send the request on. */
  connected: boolean
  /** From the connection to the end of the answer, s; null when none was tried. */
  seconds: number | null
}

/** Null when the line is no access line. */
export function accessEntryOf(text: string): AccessEntry | null {
  const line = parseAccessLine(text)
  return line ? { ...line, attempts: attemptsOf(line) } : null
}

/** Nginx writes its own 502 and 504 into $upstream_status too; only an upstream that answered has a header time. */
function attemptsOf(line: AccessLine): Attempt[] {
  const [status, connect, header, response] = [
    listed(line.upstream_status),
    listed(line.upstream_connect_time),
    listed(line.upstream_header_time),
    listed(line.upstream_response_time),
  ]
  return listed(line.upstream_addr).map((upstream, at) => ({
    upstream,
    status: status[at] ?? '-',
    origin: isNumber(header[at]) ? 'upstream' : 'proxy',
    connected: isNumber(connect[at]),
    seconds: isNumber(response[at]) ? Number(response[at]) : null,
  }))
}

const isNumber = (text: string | undefined) => /^\d/.test(text ?? '-')

/** Comma: the next attempt; colon between blanks: an internal redirect. */
function listed(text: string): string[] {
  return text === '' ? [] : text.split(/, | : /)
}
