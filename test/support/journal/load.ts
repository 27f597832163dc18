import type { Ledger } from '../../../src/kit/ledger.ts'
import { add } from '../../../src/kit/ledger.ts'
import type { JournalWriter } from './writer.ts'

/** When requests fail, monotonic ms since the run started; a request due in it is answered 502. */
export interface FailureSpan {
  readonly fromT: number
  readonly toT: number
}

export interface LoadPicture {
  /** First and last second, begin and end in ms. */
  readonly fromT: number
  readonly toT: number
  readonly ratePerS: number
  readonly users: number
  readonly failing: readonly FailureSpan[]
}

const fast = { p50: 4, p75: 5, p90: 7, p95: 9, p99: 14, p999: 22, max: 31 }
const refused = { p50: 2, p75: 2, p90: 3, p95: 4, p99: 6, p999: 9, max: 12 }

interface Second {
  fromT: number
  failed: number[]
  served: number[]
  usersFailed: Set<number>
  usersActive: Set<number>
}

function secondsOf(picture: LoadPicture): Second[] {
  const seconds: Second[] = []
  let k = 0
  for (let fromT = picture.fromT; fromT < picture.toT; fromT += 1_000) {
    const second: Second = { fromT, failed: [], served: [], usersFailed: new Set(), usersActive: new Set() }
    for (let i = 0; i < picture.ratePerS; i += 1, k += 1) {
      const t = fromT + (i * 1_000) / picture.ratePerS
      const fails = picture.failing.some((span) => t >= span.fromT && t < span.toT)
      second.usersActive.add(k % picture.users)
      if (fails) second.usersFailed.add(k % picture.users)
      ;(fails ? second.failed : second.served).push(t)
    }
    seconds.push(second)
  }
  return seconds
}

function ledgerOf(second: Second): Ledger {
  return {
    ...(second.served.length > 0 ? { http_200: second.served.length } : {}),
    ...(second.failed.length > 0 ? { http_502: second.failed.length } : {}),
  }
}

/** Notes the samples of one source and what closes its ledger; gives that ledger back. */
export function noteLoad(journal: JournalWriter, source: 'users' | 'pressure', picture: LoadPicture): Ledger {
  const isUsers = source === 'users'
  const seconds = secondsOf(picture)
  let ledger: Ledger = {}
  for (const second of seconds) {
    const counts = ledgerOf(second)
    ledger = add(ledger, counts)
    journal.at(second.fromT + 1_120 + (isUsers ? 0 : 3), {
      kind: 'load-sample',
      source,
      fromT: second.fromT,
      planned: picture.ratePerS,
      ledger: counts,
      latencyMs: second.served.length > 0 ? fast : refused,
      firstFailedT: second.failed[0] ?? null,
      lastFailedT: second.failed.at(-1) ?? null,
      firstServedT: second.served[0] ?? null,
      lastServedT: second.served.at(-1) ?? null,
      usersActive: isUsers ? [...second.usersActive] : [],
      usersFailed: isUsers ? [...second.usersFailed] : [],
      scheduleLagP99Ms: isUsers ? 3.1 : null,
      loopUtilisation: 0.21,
    })
  }
  journal.at(picture.toT + 1_400 + (isUsers ? 0 : 3), {
    kind: 'ledger-closed',
    source,
    planned: seconds.length * picture.ratePerS,
    ledger,
    latencyMs: fast,
    scheduleLagMs: isUsers ? { p50: 0.4, p99: 3.1, max: 11.2 } : null,
    achievedRate: picture.ratePerS,
    users: isUsers ? picture.users : 0,
  })
  return ledger
}

/** Notes what Nginx's logs said in each second. */
export function noteProxyLog(journal: JournalWriter, picture: LoadPicture): void {
  for (const second of secondsOf(picture)) {
    const { served, failed } = second
    journal.at(second.fromT + 1_060, {
      kind: 'proxy-sample',
      fromT: second.fromT,
      byStatus: {
        ...(served.length > 0 ? { '200': served.length } : {}),
        ...(failed.length > 0 ? { '502': failed.length } : {}),
      },
      byReason: failed.length > 0 ? { 'connect-refused': failed.length } : {},
      ofLoads: served.length + failed.length,
    })
  }
}
