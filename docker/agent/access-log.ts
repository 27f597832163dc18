/** One line of the proxy's access log, as far as metrics need it. The format is in docker/proxy/conf/nginx.conf. */
export interface AccessEntry {
  method: string
  path: string
  status: number
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
  const { method, path, status, time, ...upstream } = read as Record<string, unknown>
  if (typeof method !== 'string' || typeof path !== 'string') return null
  if (typeof status !== 'number' || typeof time !== 'number') return null
  const field = (name: string) => (typeof upstream[name] === 'string' ? upstream[name] : '')
  const attempts = attemptsOf(field('upstream_addr'), field('upstream_status'), field('upstream_header_time'))
  return { method, path, status, time, attempts }
}

/** Nginx writes its own 502 and 504 into $upstream_status too; only an upstream that answered has a header time. */
function attemptsOf(addresses: string, statuses: string, headerTimes: string): Attempt[] {
  const status = listed(statuses)
  const headerTime = listed(headerTimes)
  return listed(addresses).map((upstream, at) => ({
    upstream,
    status: status[at] ?? '-',
    origin: /^\d/.test(headerTime[at] ?? '-') ? 'upstream' : 'proxy',
  }))
}

/** Comma: the next attempt; colon between blanks: an internal redirect. */
function listed(text: string): string[] {
  return text === '' ? [] : text.split(/, | : /)
}
