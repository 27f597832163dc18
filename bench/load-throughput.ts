/**
 * The rate that the open-loop users keep to, beside the closed loop of autocannon, and of wrk where it is, against
 * the same Nginx in the same run, in turns. Needs a quiet machine: a core taken away for 20 ms shows in the p99.
 * `node bench/load-throughput.ts`
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type LoadSummary, startUsers, usersSpec } from '../src/load/index.ts'
import { missingPrograms, startNginx } from './support/nginx.ts'
import { OtherWork } from './support/other-work.ts'
import { autocannonCommand, run } from './support/peer.ts'
import { printTable } from './support/table.ts'

const aimedRatio = 0.9
const mostLagP99Ms = 10
const mostNotSentShare = 0.001
const measureMs = 4_000
const peerSeconds = 3
const rounds = 5
const connections = 50
/** Of all threads: `badgateway load` gives more at such rates; the server has room for so many and some. */
const maxOpen = 6_000
/** The search stops when it knows the rate to this share. */
const exactTo = 0.04

interface Try {
  rate: number
  kept: boolean
  summary: LoadSummary
}

async function tryRate(url: string, rate: number): Promise<Try> {
  const load = await startUsers(usersSpec.parse({ ratePerS: rate, maxOpen, mix: [{ path: '/' }] }), {
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
  let [low, high] = [top * 0.6, top * 1.2]
  let next = top * 0.9
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

interface Round {
  autocannon: number
  wrk: number | undefined
  best: Try | undefined
  /** Cores that were busy with other work. */
  others: number
}

/** The machine changes meanwhile: each round measures its peers on both sides of us. */
async function round(url: string, pid: number, hasWrk: boolean): Promise<Round> {
  const otherWork = new OtherWork([process.pid, pid])
  const wrk = hasWrk ? await wrkRate(url) : undefined
  const before = await autocannonRate(url)
  const best = await highestRate(url, before)
  const after = await autocannonRate(url)
  const others = otherWork.cores()
  console.log(
    `  autocannon ${Math.round(before)}/s before and ${Math.round(after)}/s after; ` +
      `other work took ${others.toFixed(2)} cores`,
  )
  return { autocannon: (before + after) / 2, wrk, best, others }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const ratios = (of: readonly Round[], peer: (one: Round) => number) =>
  of.map((one) => (one.best?.rate ?? 0) / peer(one))

const lacking = missingPrograms()
if (lacking.includes('nginx-light')) {
  console.log(`This bench needs: apt-get install ${lacking.join(' ')}`)
  process.exitCode = 1
} else {
  const hasWrk = !lacking.includes('wrk')
  if (!hasWrk) console.log('Without wrk beside it; for that: apt-get install wrk')
  await using nginx = await startNginx()
  const measured: Round[] = []
  for (let n = 0; n < rounds; n += 1) measured.push(await round(nginx.url, nginx.pid, hasWrk))
  const rates = measured.map(({ best }) => best?.rate ?? 0)
  const toAutocannon = ratios(measured, ({ autocannon }) => autocannon)
  const shown = (all: readonly number[]) => all.map((one) => one.toFixed(2)).join(', ')
  const met = printTable('load throughput', 'peer', [
    {
      what: `rate with schedule lag p99 < ${mostLagP99Ms} ms, to autocannon's closed loop: median of ${rounds} rounds`,
      target: `>= ${aimedRatio}`,
      ours: `${Math.round(median(rates))}/s, ${median(toAutocannon).toFixed(2)} (${shown(toAutocannon)})`,
      peer: `${Math.round(median(measured.map(({ autocannon }) => autocannon)))}/s`,
      met: median(toAutocannon) >= aimedRatio,
    },
    {
      what: '  cores that were busy with other work meanwhile',
      target: 'none',
      ours: shown(measured.map(({ others }) => others)),
      peer: '',
      met: true,
    },
    ...(hasWrk
      ? [
          {
            what: `  to wrk's closed loop of one thread`,
            target: 'for the record',
            ours: median(ratios(measured, ({ wrk }) => wrk ?? Number.NaN)).toFixed(2),
            peer: `${Math.round(median(measured.map(({ wrk }) => wrk ?? 0)))}/s`,
            met: true,
          },
        ]
      : []),
  ])
  process.exitCode = met ? 0 : 1
}
