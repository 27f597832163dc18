/** Why Nginx could not get an answer from an upstream. */
export const reasons = [
  'connect-refused',
  'connect-timeout',
  'connect-failed',
  'host-unreachable',
  'no-live-upstreams',
  'premature-close',
  'read-timeout',
  'reset',
  'header-too-big',
  'tls-handshake',
  'name-not-resolved',
  'other',
] as const
export type Reason = (typeof reasons)[number]

/** Those that say that Nginx got no connection to the very server it tried. */
export const connectReasons: readonly Reason[] = [
  'connect-refused',
  'connect-timeout',
  'connect-failed',
  'host-unreachable',
]

/**
 * Numbers of Linux, then those of BSD and macOS, then those of Windows: no two mean different things on the way to a
 * server. Their texts differ between C libraries, so that only the numbers may be matched.
 */
const errno = {
  noMemory: [12],
  filesOfAll: [23],
  filesOfOne: [24, 10_024],
  pipe: [32, 10_053],
  netUnreachable: [101, 51, 10_051],
  reset: [104, 54, 10_054],
  timedOut: [110, 60, 10_060],
  refused: [111, 61, 10_061],
  hostDown: [112, 64, 10_064],
  noRoute: [113, 65, 10_065],
}

const numbered = (numbers: readonly number[], reason: Reason) => numbers.map((one) => [one, reason] as const)

/** Where a connection fails for another number (2, 11, 13, 22, 99 …), it is `connect-failed`. */
const connectErrors: ReadonlyMap<number, Reason> = new Map([
  // What Nginx itself is out of says nothing about the way to the server.
  ...numbered([...errno.noMemory, ...errno.filesOfAll, ...errno.filesOfOne], 'other'),
  ...numbered(errno.refused, 'connect-refused'),
  ...numbered(errno.timedOut, 'connect-timeout'),
  ...numbered([...errno.netUnreachable, ...errno.hostDown, ...errno.noRoute], 'host-unreachable'),
  ...numbered(errno.reset, 'reset'),
])

/**
 * `2026/11/20 10:00:00 [error] 17#17: *42 what happened while doing what, client: …`. What an engine, Compose, syslog
 * or a cluster puts before it ends with a blank, a colour or a sign; a quote before it means that a visitor wrote it.
 */
const shape = /(?:^|[\s|>\]:m-])\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[(\w+)\] \d+#\d+: (?:\*\d+ )?/
const counted = /^(error|crit|alert)$/
const mostBefore = 300

/** The message with its fields, without what stands before; null when the line is none of the error log. */
function messageIn(text: string): { level: string; message: string } | null {
  // Behind the engine's own time and stream there may be JSON.
  const json = /^[\w:.+\s-]{0,80}(?=\{\s*")/.exec(text)
  const line = json ? loggedIn(text.slice(json[0].length)) : text
  // Nothing is looked for behind the place where a line has to have begun.
  const found = shape.exec(line.slice(0, mostBefore + 100))
  if (!found || found.index > mostBefore || line.slice(0, found.index).includes('"')) return null
  return { level: found[1] ?? '', message: line.slice(found.index + found[0].length) }
}

/** The keys under which engines, shippers and the journal keep a line. */
const kept = ['log', 'message', 'msg', 'MESSAGE']

/** The line in such JSON, `{"log": "…", "stream": …}`; empty when there is none that begins as one of Nginx's. */
function loggedIn(json: string): string {
  // Most lines of an access log are JSON too, and have no time of this shape.
  if (!begun.test(json)) return ''
  try {
    const read: unknown = JSON.parse(json)
    if (typeof read !== 'object' || read === null) return ''
    const values = Object.entries(read).flatMap(([key, value]) => (kept.includes(key) ? [value] : []))
    const found: unknown = values.find((value) => typeof value === 'string' && shape.exec(value)?.index === 0)
    return typeof found === 'string' ? found : ''
  } catch {
    return ''
  }
}

const begun = /"\d{4}\\?\/\d\d\\?\/\d\d /

/** The reason in a line of Nginx's error log; null when the line is not about an upstream that failed a request. */
export function upstreamReasonOf(line: string): Reason | null {
  const found = messageIn(line)
  if (!found || !counted.test(found.level)) return null
  const message = found.message.split(', client: ', 1)[0] ?? ''
  if (ofOthers.test(message)) return null
  return ownReason(message) ?? tlsReason(message) ?? callReason(message) ?? (isAboutUpstream(message) ? 'other' : null)
}

/** What applications, scripts and filters write: their words may be anything, and Nginx adds what it was doing. */
const ofOthers = /^FastCGI sent in stderr|^unexpected status code |^\[lua\] |^js: |^\[client |^ModSecurity: /

/** What Nginx has a sentence of its own for. */
function ownReason(message: string): Reason | null {
  if (message.startsWith('no live upstreams')) return 'no-live-upstreams'
  if (message.startsWith('upstream prematurely closed')) return 'premature-close'
  if (message.startsWith('upstream sent too big header')) return 'header-too-big'
  if (isUnresolved(message)) return 'name-not-resolved'
  if (message.startsWith('upstream timed out')) return timeoutOf(message)
  if (/^invalid URL prefix in "|^(invalid port|invalid host|no host|no port) in upstream "/.test(message))
    return 'other'
  return message === 'no upstream configuration' ? 'other' : null
}

/** The names of certificate authorities are looked up too; that fails no request. */
function isUnresolved(message: string): boolean {
  if (message.includes(' while requesting certificate status')) return false
  return message.startsWith('no resolver defined to resolve ') || /^[^\s"]+ could not be resolved \(\d+: /.test(message)
}

function timeoutOf(message: string): Reason {
  const doing = actionOf(message)
  if (doing === 'connecting to upstream' || doing === 'SSL handshaking to upstream') return 'connect-timeout'
  return doing.startsWith('reading ') ? 'read-timeout' : 'other'
}

/** A client's handshake has the same words; only `to upstream` and `from upstream` tell them apart. */
function tlsReason(message: string): Reason | null {
  if (/^upstream (SSL certificate |prematurely sent response)/.test(message)) return 'tls-handshake'
  const isTls = /^SSL_\w+\(\) failed |^peer closed connection in SSL handshake|^cannot load certificate /.test(message)
  if (!isTls) return null
  if (!actionOf(message).includes('upstream')) return null
  return message.includes('unexpected eof while reading)') ? 'premature-close' : 'tls-handshake'
}

/** A call of the system that failed: `recv() failed (104: …) while reading upstream`. */
function callReason(message: string): Reason | null {
  const call = callShape.exec(message) ?? closedShape.exec(message)
  if (!call) return null
  const doing = actionOf(message)
  // The client's side of a tunnel is told at a lower level; in `stream` each side has its name.
  const isTunnel = doing === 'proxying upgraded connection' || doing === 'proxying connection'
  if (!isTunnel && !doing.includes('upstream')) return null
  const number = Number(call[1])
  if (doing === 'connecting to upstream') return connectErrors.get(number) ?? 'connect-failed'
  return [...errno.reset, ...errno.pipe].includes(number) ? 'reset' : 'other'
}

/** The path of a socket may have blanks. */
const callShape = /^(?:kevent\(\) reported that )?\w+\([^)"]*\) (?:to (?:unix:[^"]+?|\S+) )?failed \((\d+):/
/** BSD's and macOS' Nginx hears of it by this call. */
const closedShape = /^kevent\(\) reported about an closed connection \((\d+):/

/** What Nginx was doing: what follows the last ` while `, outside of quotes. */
function actionOf(message: string): string {
  const at = message.lastIndexOf(' while ')
  const doing = at < 0 ? '' : message.slice(at + ' while '.length)
  return doing.includes('"') ? '' : doing.trimEnd()
}

/** Paths, zones, names and what applications say are quoted, and have the word as often as Nginx. */
function isAboutUpstream(message: string): boolean {
  if (message.startsWith('upstream ')) return true
  const doing = actionOf(message)
  if (!/\bupstream$/.test(doing)) return false
  return !/^\w+\(\) "/.test(message) || /^\w+\(\) "[^"]*" (failed \(|has written only )/.test(message)
}

/** `, upstream: "http://10.0.0.3:8080/"`; `, upstream: 10.0.0.3:143` of mail. A visitor's words stand behind it. */
const field = /, upstream: "?(?:\w+:\/\/(?!\/))?(unix:[^":]+|\[[^\]"]*\](?::\d+)?|[^\s/",]+)/

/**
 * `10.0.0.3:8080` or `unix:/run/app.sock` from a line of the error log that names the server it is about; null when it
 * names none.
 */
export function upstreamAddressOf(line: string): string | null {
  const message = messageIn(line)?.message ?? ''
  // What a visitor asked for stands in quotes before it, and ends with the protocol.
  const asked = / HTTP\/\d(?:\.\d)?"(?:, subrequest: "[^"]*")?(?=, upstream: )/.exec(message)
  const address = field.exec(asked ? message.slice(asked.index + asked[0].length) : message)?.[1]
  return address?.replace(/^unix:\/\/+/, 'unix:/') ?? null
}
