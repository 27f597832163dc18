/** One line of the proxy's access log, as far as metrics need it. The format is in docker/proxy/conf/nginx.conf. */
export interface AccessEntry {
  method: string
  path: string
  status: number
  /** All that was sent, headers too. */
  bytes: number
  /** Seconds, from the first byte of the request to the last of the answer. */
  time: number
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
export function parseAccessLine(line: string): AccessEntry | null {
  let read: unknown
  try {
    read = JSON.parse(line)
  } catch {
    return null
  }
  if (typeof read !== 'object' || read === null) return null
  const { method, path, status, time, bytes, ...upstream } = read as Record<string, unknown>
  if (typeof method !== 'string' || typeof path !== 'string') return null
  if (typeof status !== 'number' || typeof time !== 'number') return null
  const field = (name: string) => (typeof upstream[name] === 'string' ? upstream[name] : '')
  const attempts = attemptsOf(field)
  return { method, path, status, time, bytes: typeof bytes === 'number' ? bytes : 0, attempts }
}

/** Nginx writes its own 502 and 504 into $upstream_status too; only an upstream that answered has a header time. */
function attemptsOf(field: (name: string) => string): Attempt[] {
  const addresses = listed(field('upstream_addr'))
  const of = (name: string) => listed(field(`upstream_${name}`))
  const [status, connect, header, response] = [of('status'), of('connect_time'), of('header_time'), of('response_time')]
  return addresses.map((upstream, at) => ({
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
