import { randomUUID } from 'node:crypto'
import { type AccessLine, parseAccessLine } from '../../kit/access-line.ts'
import { pollUntil } from '../../kit/clock.ts'
import { ownOf } from '../../kit/own.ts'
import type { Answer, Scene } from '../../stack/index.ts'
import { pageOf } from '../health.ts'

const answerLimitMs = 15_000
const logLimitMs = 2_000

/**
 * What the proxy logged of one request. A field that is text has one entry an attempt: `502, 200`. Times are s. Of a
 * proxy without such a log it is what was answered, and when.
 */
export interface Timing {
  status: number
  time: number
  upstreamAddress: string
  upstreamStatus: string
  connectTime: string
  headerTime: string
  responseTime: string
}

/** Asks the proxy for a page of this group so many times at once, and gives what it logged of each, in that order. */
export async function timingsOf(scene: Pick<Scene, 'stack' | 'clock' | 'signal'>, group: string, count: number) {
  const { stack, clock, signal } = scene
  const proxy = stack.proxy()
  const { logged } = stack.description.can
  const { path, headers } = pageOf(ownOf(stack.description.upstreams, group) ?? { page: '/' })
  const ids = Array.from({ length: count }, () => `timing-${randomUUID()}`)
  const answers = await Promise.all(
    ids.map((id) => proxy.ask(path, { timeoutMs: answerLimitMs, headers: { ...headers, 'x-request-id': id } })),
  )
  if (!logged) return answers.flatMap(answered)
  const look = async () => {
    const lines = await stack.inside(proxy.name).lastLines(logged.file, 2_000)
    const found = lines.flatMap((text) => lineOf(text) ?? [])
    const own = ids.flatMap((id) => found.find((line) => line.id === id) ?? [])
    return own.length === ids.length ? own : undefined
  }
  const lines = await pollUntil(look, { withinMs: logLimitMs, everyMs: 50, clock, signal })
  return (lines ?? []).map(timingOf)
}

function answered({ status, ms }: Answer): Timing[] {
  if (status === null) return []
  const unknown = { upstreamAddress: '', upstreamStatus: '', connectTime: '', headerTime: '', responseTime: '' }
  return [{ status, time: ms / 1_000, ...unknown }]
}

function lineOf(text: string): AccessLine | undefined {
  return text.includes('"id":"timing-') ? parseAccessLine(text) : undefined
}

function timingOf(line: AccessLine): Timing {
  return {
    status: line.status,
    time: line.time,
    upstreamAddress: line.upstream_addr,
    upstreamStatus: line.upstream_status,
    connectTime: line.upstream_connect_time,
    headerTime: line.upstream_header_time,
    responseTime: line.upstream_response_time,
  }
}

/** In one line each, for evidence: `504 (504, 504) connect -, - total 2.003 s`. */
export function timingWords({ status, upstreamStatus, connectTime, time }: Timing): string {
  return `${status} (${upstreamStatus || '-'}) connect ${connectTime || '-'} total ${time} s`
}
