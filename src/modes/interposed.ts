import type { FaultSpec } from '../faults/index.ts'
import { ownOf } from '../kit/own.ts'
import type { StackDescription } from '../stack/index.ts'
import type { Mode, NotApplicable, Target } from './mode.ts'
import { whichOf } from './targets.ts'

type What = Extract<FaultSpec, { kind: 'interpose' }>['what']
type Deed = What['deed']

/** Longer than any cell is held. */
const expiresAfter = 30 * 60_000

interface Interposed extends Pick<Mode, 'name' | 'about' | 'packet' | 'outcome' | 'waits'> {
  readonly tags?: readonly string[]
  readonly deed: Deed
  /** It changes what it understands: HTTP only. */
  readonly isHttp?: true
}

/** A program of ours in the server's network namespace, to which its port is redirected. */
function interposed({ deed, isHttp, tags = [], ...mode }: Interposed): Mode {
  return {
    ...mode,
    tags: ['backend', ...(isHttp ? ['http'] : []), ...tags],
    witnessed:
      'what the agent is sent, byte by byte, and how long that takes; requests of users that met it are counted',
    at: ['server', 'group'],
    fault: (target, description) => {
      const protocol = protocolOf(target, description)
      const speaks = protocol === 'http' ? 'http' : 'tcp'
      if (isHttp && speaks === 'tcp') return notHttp(target, protocol)
      const what = { deed, scope: {}, speaks, seed: 1 } as const
      // Of a stack that is attached nothing is told to do anything but what is agreed to.
      const fresh = description.attached === undefined
      return { kind: 'interpose', what, expiresAfter, fresh, ...whichOf(target) }
    },
  }
}

/** What the proxy speaks to this group. */
export function protocolOf({ upstream = '' }: Target, { upstreams }: StackDescription): string {
  return ownOf(upstreams, upstream)?.protocol ?? 'http'
}

function notHttp({ upstream = '' }: Target, protocol: string): NotApplicable {
  return {
    not: `what is between the proxy and ${upstream} is ${protocol}; it applies to a group that is spoken to in HTTP`,
  }
}

const late = { slow: 2_000, jitter: 500 } as const

/** Answers as broken backends give them, at any backend. */
export const interposedModes: readonly Mode[] = [
  interposed({
    name: 'slow-answers',
    about: 'The server takes 2 s longer for each answer.',
    packet: `the request is passed on at once; the first byte of the answer is held for ${late.slow} ms`,
    outcome: 'slow',
    tags: ['slow'],
    deed: { does: 'latency', ms: late.slow, jitterMs: 0, of: 'first-byte' },
  }),
  interposed({
    name: 'jittery-answers',
    about: 'The server takes up to 1 s longer, now this and now that: a pause of its garbage collector.',
    packet: `the first byte of the answer is held for ${late.jitter} ms, more or less by as much`,
    outcome: 'slow',
    tags: ['slow'],
    deed: { does: 'latency', ms: late.jitter, jitterMs: late.jitter, of: 'first-byte' },
  }),
  interposed({
    name: 'slow-bodies',
    about: 'The header comes at once, and the body 2 s later: a query that is streamed.',
    packet: `header passed on at once, the first byte of the body is held for ${late.slow} ms`,
    outcome: 'slow',
    tags: ['slow'],
    isHttp: true,
    deed: { does: 'latency', ms: late.slow, jitterMs: 0, of: 'body' },
  }),
  interposed({
    name: 'narrow-line',
    about: 'Answers come at 1,000 bytes a second.',
    packet: 'bytes of the answer are passed on in slices, at 1,000 bytes a second',
    outcome: 'slow',
    tags: ['slow'],
    deed: { does: 'bandwidth', bytesPerS: 1_000 },
  }),
  interposed({
    name: 'hang-accept',
    about: 'Connections are taken, and nothing is read from them: all of its workers are busy.',
    packet: 'the kernel takes the connection; no byte is read, none is sent',
    outcome: 'silent',
    tags: ['slow', 'hang'],
    waits: 'read',
    deed: { does: 'hang', at: 'accept' },
  }),
  interposed({
    name: 'hang-headers',
    about: 'The server does its work, and its answer never comes: a deadlock behind a commit.',
    packet: 'the request reaches the server; the first byte of its answer is never passed on',
    outcome: 'silent',
    tags: ['slow', 'hang', 'writes'],
    waits: 'read',
    deed: { does: 'hang', at: 'headers' },
  }),
  interposed({
    name: 'hang-body',
    about: 'The answer stops in the middle of its body.',
    packet: 'header and half of the body are passed on, then silence',
    outcome: 'silent',
    tags: ['slow', 'hang'],
    waits: 'read',
    deed: { does: 'hang', at: 'body' },
  }),
  interposed({
    name: 'reset-accept',
    about: 'Connections are taken and reset: a proxy of a service mesh whose server is gone.',
    packet: 'the kernel takes the connection, then a RST',
    outcome: 'cut',
    deed: { does: 'reset', at: 'accept' },
  }),
  interposed({
    name: 'reset-headers',
    about: 'The server does its work, and the connection is reset before its answer.',
    packet: 'the request reaches the server; a RST in place of the first byte of its answer',
    outcome: 'cut',
    tags: ['writes'],
    deed: { does: 'reset', at: 'headers' },
  }),
  interposed({
    name: 'reset-body',
    about: 'The connection is reset in the middle of the answer: the process was killed.',
    packet: 'header and half of the body, then a RST',
    outcome: 'cut',
    deed: { does: 'reset', at: 'body' },
  }),
  interposed({
    name: 'close-headers',
    about: 'The server does its work, and closes the connection without an answer: a worker that was replaced.',
    packet: 'the request reaches the server; a FIN in place of the first byte of its answer',
    outcome: 'cut',
    tags: ['writes'],
    deed: { does: 'fin', at: 'headers' },
  }),
  interposed({
    name: 'short-body',
    about: 'Half of the body comes, then the end: the answer is shorter than its header says.',
    packet: 'header with the whole length, half of the body, then a FIN',
    outcome: 'cut',
    isHttp: true,
    deed: { does: 'truncate', framing: 'length' },
  }),
  interposed({
    name: 'race-close',
    about: 'A kept connection is closed as its next request arrives: the keep-alive race, made certain.',
    packet: 'the second request of each connection is answered with a FIN',
    outcome: 'cut',
    tags: ['keepalive', 'writes'],
    isHttp: true,
    deed: { does: 'race-close', onRequest: 2 },
  }),
  interposed({
    name: 'idle-close',
    about: 'The server closes idle connections after 50 ms: its keep-alive time is shorter than that of the proxy.',
    packet: 'a FIN on each connection on which nothing passed for 50 ms',
    outcome: 'cut',
    tags: ['keepalive'],
    deed: { does: 'idle-close', afterMs: 50 },
  }),
  interposed({
    name: 'status-500',
    about: 'The server answers 500 to everything.',
    packet: 'the status line of each answer is replaced',
    outcome: 'wrong',
    isHttp: true,
    deed: { does: 'status', code: 500 },
  }),
  interposed({
    name: 'status-503',
    about: 'The server answers 503 to everything: it is overloaded, or being deployed.',
    packet: 'the status line of each answer is replaced',
    outcome: 'wrong',
    isHttp: true,
    deed: { does: 'status', code: 503 },
  }),
  interposed({
    name: 'big-header',
    about: "A header line of 64 KiB: a cookie that grew beyond the proxy's buffers.",
    packet: 'one header line of 65,536 bytes is added to each answer',
    outcome: 'wrong',
    isHttp: true,
    deed: { does: 'big-header', bytes: 65_536 },
  }),
  interposed({
    name: 'invalid-header',
    about: 'The header breaks a rule: a blank in a name.',
    packet: 'one header line with a blank in its name is added to each answer',
    outcome: 'wrong',
    isHttp: true,
    deed: { does: 'invalid-header', form: 'space-in-name' },
  }),
  interposed({
    name: 'endless-header',
    about: 'The header never ends.',
    packet: 'a status line, then 100 bytes of header every 10 ms',
    outcome: 'wrong',
    isHttp: true,
    deed: { does: 'endless-header', everyMs: 10 },
  }),
]
