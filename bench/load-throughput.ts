/**
 * The highest rate that the open-loop users keep to, beside the closed loops of autocannon and wrk, against the same
 * Nginx in the same run. Needs a quiet machine: a core taken away for 20 ms shows in the p99.
 * `node bench/load-throughput.ts`
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type LoadSummary, startUsers, usersSpec } from '../src/load/index.ts'
import { missingPrograms, startNginx } from './support/nginx.ts'
import { autocannonCommand, run } from './support/peer.ts'
import { printTable } from './support/table.ts'

const aimedRatio = 0.7
const mostLagP99Ms = 10
const mostNotSentShare = 0.001
const measureMs = 4_000
const peerSeconds = 3
const connections = 50
/** The search stops when it knows the rate to this share. */
const exactTo = 0.04

interface Try {
  rate: number
  kept: boolean
  summary: LoadSummary
}

async function tryRate(url: string, rate: number): Promise<Try> {
  const load = await startUsers(usersSpec.parse({ ratePerS: rate, mix: [{ path: '/' }] }), {
    target: new URL(url).origin,
    idPrefix: 'bench',
    forMs: measureMs,
    onSample: () => undefined,
    onBroken: (error) => {
      throw error
    },
  })
  await sleep(measureMs)
  const summary = await load.stop(5_000)
  const answered = summary.ledger['http_200'] ?? 0
  const kept =
    (summary.scheduleLagMs?.p99 ?? Number.POSITIVE_INFINITY) < mostLagP99Ms &&
    answered >= summary.planned * (1 - mostNotSentShare)
  console.log(
    `  ${Math.round(rate)}/s: schedule lag p99 ${summary.scheduleLagMs?.p99} ms, ` +
      `${answered} of ${summary.planned} answered: ${kept ? 'kept' : 'not kept'}`,
  )
  return { rate, kept, summary }
}

/** The highest rate that is kept, between nothing and `top`, by halving. */
async function highestRate(url: string, top: number): Promise<Try | undefined> {
  let best: Try | undefined
  let [low, high] = [top * 0.5, top]
  let next = top * 0.7
  while (high - low > top * exactTo) {
    // Other work on the machine can only make it worse: what is kept once in two tries can be kept.
    const first = await tryRate(url, next)
    const tried = first.kept ? first : await tryRate(url, next)
    if (tried.kept) best = tried
    if (tried.kept) low = next
    else high = next
    next = (low + high) / 2
  }
  return best
}

async function autocannonRate(url: string): Promise<number> {
  const result = await autocannonCommand(url, ['-c', String(connections), '-d', String(peerSeconds)])
  return result.requests.average
}

async function wrkRate(url: string): Promise<number> {
  const out = await run('wrk', ['-t1', `-c${connections}`, `-d${peerSeconds}s`, url])
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(out)?.[1])
}

const lacking = missingPrograms()
if (lacking.length > 0) {
  console.log(`This bench needs: apt-get install ${lacking.join(' ')}`)
  process.exitCode = 1
} else {
  await using nginx = await startNginx()
  const wrk = await wrkRate(nginx.url)
  const before = await autocannonRate(nginx.url)
  const best = await highestRate(nginx.url, before)
  // The machine may have changed meanwhile: the peer is measured on both sides of us.
  const autocannon = (before + (await autocannonRate(nginx.url))) / 2
  const ratio = (best?.rate ?? 0) / autocannon
  const shown = best ? `${Math.round(best.rate)}/s` : 'none'
  const met = printTable('load throughput', 'peer', [
    {
      what: `highest rate with schedule lag p99 < ${mostLagP99Ms} ms, to autocannon's closed loop`,
      target: `>= ${aimedRatio}`,
      ours: `${shown}, ${ratio.toFixed(2)}`,
      peer: `${Math.round(autocannon)}/s`,
      met: ratio >= aimedRatio,
    },
    {
      what: `  to wrk's closed loop of one thread`,
      target: 'for the record',
      ours: `${shown}, ${((best?.rate ?? 0) / wrk).toFixed(2)}`,
      peer: `${Math.round(wrk)}/s`,
      met: true,
    },
  ])
  process.exitCode = met ? 0 : 1
}
