/** Why Nginx could not get an answer from an upstream. */
export const reasons = [
  'connect-refused',
  'connect-timeout',
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

/** Numbers of Linux. Their texts differ between C libraries, so that only the numbers may be matched. */
const errno = { pipe: 32, netUnreachable: 101, reset: 104, timedOut: 110, refused: 111, hostDown: 112, noRoute: 113 }

const connectErrors: Record<number, Reason> = {
  [errno.refused]: 'connect-refused',
  [errno.timedOut]: 'connect-timeout',
  [errno.netUnreachable]: 'host-unreachable',
  [errno.hostDown]: 'host-unreachable',
  [errno.noRoute]: 'host-unreachable',
  [errno.reset]: 'reset',
}

/** `2026/11/20 10:00:00 [error] 17#17: *42 what happened while doing what, client: …` */
const shape = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[(error|crit|alert)\] \d+#\d+: \*\d+ (.*)$/

/** The reason in a line of Nginx's error log; null when the line is not about an upstream that failed a request. */
export function upstreamReasonOf(line: string): Reason | null {
  const message = shape.exec(line)?.[2]?.split(', client: ', 1)[0]
  if (message === undefined) return null
  if (message.startsWith('no live upstreams')) return 'no-live-upstreams'
  if (message.startsWith('upstream prematurely closed')) return 'premature-close'
  if (message.startsWith('upstream sent too big header')) return 'header-too-big'
  if (/^no resolver defined to resolve |could not be resolved \(/.test(message)) return 'name-not-resolved'
  if (/^SSL_do_handshake\(\) failed |^peer closed connection in SSL handshake/.test(message)) return 'tls-handshake'
  if (message.startsWith('upstream timed out')) return timeoutOf(message)
  const call = /^(\w+)\(\) (?:to \S+ )?failed \((\d+):.*\) while .*upstream/.exec(message)
  if (call) return failedCall(call[1] ?? '', Number(call[2]))
  return /\bupstream\b/.test(message) ? 'other' : null
}

/** `10.0.0.3:8080` from a line of the error log that names the server it is about; null when it names none. */
export function upstreamAddressOf(line: string): string | null {
  return /, upstream: "\w+:\/\/([^/"]+)/.exec(line)?.[1] ?? null
}

function timeoutOf(message: string): Reason {
  if (/ while (connecting|SSL handshaking) to upstream/.test(message)) return 'connect-timeout'
  return / while reading /.test(message) ? 'read-timeout' : 'other'
}

function failedCall(name: string, number: number): Reason {
  if (name === 'connect') return connectErrors[number] ?? 'other'
  return number === errno.reset || number === errno.pipe ? 'reset' : 'other'
}
