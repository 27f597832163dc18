import type { Evidence } from '../../kit/json.ts'
import { ownOf } from '../../kit/own.ts'
import type { PressAnswer, PressWish } from '../../protocol/index.ts'
import type { MeasureAct, Scene, Service } from '../../stack/index.ts'
import { memoryOf, type Vitals, vitalsOf } from '../vitals.ts'
import {
  growthOf,
  type LoadBudgets,
  type LoadFigures,
  type MemoryPoint,
  mbPerThousand,
  overspent,
} from './load-test-maths.ts'

/** A load is several presses with a look at the memory after each; the first warms up and is not in the estimate. */
const rounds = 6

/** Where it is pressed: nothing else of a scene is needed. */
export type Place = Pick<Scene, 'stack' | 'clock' | 'signal'>

/** A closed loop, or with a rate a paced one, straight at one service, past the proxy. */
export interface LoadTestWish extends Pick<PressWish, 'connections' | 'seconds'>, Partial<Pick<PressWish, 'ratePerS'>> {
  /** Default: the page of that server's group. */
  path?: string
  /** Of one request, ms; default 5,000. */
  timeoutMs?: number
}

/** What came of it. */
export interface LoadTestResult extends LoadFigures {
  service: string
  connections: number
  ok: number
  byStatus: Record<string, number>
  requestsPerS: number
  /** MB per 1,000 requests that stay in memory; null when it is not known. */
  mbPerThousandRequests: number | null
  /** Requests, counted from the first, after which the memory limit is met; null when it does not grow, or unknown. */
  limitAfterRequests: number | null
  /** Requests that were served before it died; null when it lives. */
  diedAfterRequests: number | null
  oomKilled: boolean
}

export interface LoadTestVerdict {
  ok: boolean
  because: string
  evidence: Evidence
}

/** Presses a service from inside and says what it bore. AGENT_FAILED when nobody could press. */
export async function loadTest(scene: Place, service: Service, wish: LoadTestWish): Promise<LoadTestResult> {
  const before = await vitalsOf(service)
  const pressed: PressAnswer[] = []
  const points: MemoryPoint[] = []
  let died = false
  let oomKilled = false
  let count = 0
  for (let round = 0; round < rounds && !died; round += 1) {
    const answer = await pressOnce(scene, service, { ...wish, seconds: wish.seconds / rounds })
    pressed.push(answer)
    count += answer.ok
    const [now, bytes] = await Promise.all([vitalsOf(service), memoryOf(scene.stack, service)])
    died = isAnother(before, now)
    oomKilled ||= now.oomKilled
    if (bytes !== null && !died && round > 0) points.push({ count, bytes })
  }
  const growth = growthOf(points, before.memoryLimit)
  return {
    service: service.name,
    connections: wish.connections,
    ...sumOf(pressed),
    growth,
    died,
    oomKilled,
    mbPerThousandRequests: growth && mbPerThousand(growth),
    limitAfterRequests: growth?.limitAt ?? null,
    diedAfterRequests: died ? count : null,
  }
}

/** One press at a service's own port. */
export async function pressOnce(scene: Place, service: Service, wish: LoadTestWish): Promise<PressAnswer> {
  const { upstreams, proxy } = scene.stack.description
  const group = ownOf(upstreams, service.role)
  const target = { host: service.host, port: group?.port ?? proxy.port, path: wish.path ?? group?.page ?? '/' }
  return await scene.stack.agent.press({ ...wish, ...target }, scene.signal)
}

/** Has it ended, or is it a life after the one it was? */
export const isAnother = (before: Vitals, now: Vitals) => !now.running || now.startedAt !== before.startedAt

/** Several presses as one. */
export function sumOf(pressed: readonly PressAnswer[]) {
  const requests = pressed.reduce((sum, answer) => sum + answer.requests, 0)
  const ok = pressed.reduce((sum, answer) => sum + answer.ok, 0)
  const tookMs = pressed.reduce((sum, answer) => sum + answer.tookMs, 0)
  const byStatus: Record<string, number> = {}
  for (const answer of pressed) {
    for (const [how, count] of Object.entries(answer.byStatus)) byStatus[how] = (byStatus[how] ?? 0) + count
  }
  const worst = pressed.flatMap(({ latencyMs }) => (latencyMs ? [latencyMs.p99] : []))
  return {
    requests,
    ok,
    byStatus,
    failedShare: requests === 0 ? 0 : (requests - ok) / requests,
    // Of the worst press: percentiles cannot be added up.
    p99Ms: worst.length === 0 ? null : Math.max(...worst),
    requestsPerS: tookMs === 0 ? 0 : (ok * 1_000) / tookMs,
  }
}

/** Whether a load stayed within its budgets, for a pipeline. */
export function judgeLoadTest(result: LoadTestResult, budgets: LoadBudgets): LoadTestVerdict {
  const { service, connections, ok, requests, requestsPerS, p99Ms, growth, diedAfterRequests } = result
  const wrong = overspent(result, budgets)
  const death =
    diedAfterRequests === null ? '' : ` after ${diedAfterRequests} requests${result.oomKilled ? ', out of memory' : ''}`
  const limit =
    result.limitAfterRequests === null ? '' : `; its memory limit is met after ~${result.limitAfterRequests}`
  const served = `${ok} of ${requests} requests served, ${Math.round(requestsPerS)}/s`
  const load = `${service} under ${connections} connections: ${served}`
  const said = wrong.length === 0 ? 'within all budgets' : `${wrong.join('; ')}${death}`
  const evidence: Evidence = {
    connections,
    requests,
    ok,
    failedShare: result.failedShare,
    requestsPerS: Math.round(requestsPerS),
    p99Ms,
    byStatus: result.byStatus,
    mbPerThousandRequests: result.mbPerThousandRequests,
    limitAfterRequests: result.limitAfterRequests,
    diedAfterRequests,
    memoryFit: growth?.fit ?? null,
  }
  return { ok: wrong.length === 0, because: `${load}: ${said}${limit}`, evidence }
}

/** The load test as a step of a pipeline: what it says about a release that is to be shipped. */
export async function loadTestGate(
  scene: Place,
  service: Service,
  wish: LoadTestWish,
  budgets: LoadBudgets,
): Promise<MeasureAct> {
  const started = scene.clock.now()
  const { ok, because, evidence } = judgeLoadTest(await loadTest(scene, service, wish), budgets)
  const tookMs = scene.clock.now() - started
  return { measure: 'load-test', action: ok ? 'passed' : 'rejected', because, tookMs, evidence }
}
