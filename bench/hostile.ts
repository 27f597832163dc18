/**
 * What servers that mean harm cost the load generator in memory and time, and what class their requests end in.
 * `node bench/hostile.ts`
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { total } from '../src/kit/ledger.ts'
import { type LoadSummary, pressureSpec, startPressure, startUsers, usersSpec } from '../src/load/index.ts'
import { hostileManners } from './support/hostile-server.ts'
import { printTable, type Row } from './support/table.ts'

const forMs = 2_000
const timeout = '1500ms'
const drainMs = 2_000
const connections = 10
const ratePerS = 20
/** Both generators, their threads' code and their nurseries of 96 MiB included. */
const mostMiB = 256
/** The plan, a request's time, and what stopping takes. */
const mostMs = forMs + drainMs + 3_000
const everyMs = 20

const mix = [{ path: '/' }]
const options = (target: string) => ({
  target,
  forMs,
  onSample: () => undefined,
  onBroken: (error: Error) => {
    throw error
  },
})

/** What it took from the begin of the plan on: threads start before it. */
async function both(target: string): Promise<{ summaries: LoadSummary[]; tookMs: number }> {
  const users = await startUsers(usersSpec.parse({ ratePerS, timeout, mix }), { ...options(target), idPrefix: 'u' })
  const spec = pressureSpec.parse({ connections, ratePerS, timeout, mix })
  const pressure = await startPressure(spec, { ...options(target), idPrefix: 'p' })
  const began = performance.now()
  await sleep(forMs)
  const summaries = await Promise.all([users.stop(drainMs), pressure.stop(drainMs)])
  return { summaries, tookMs: performance.now() - began }
}

async function suffer(manner: string): Promise<Row> {
  const server = fork(new URL('./support/hostile-server.ts', import.meta.url), [manner])
  const [port] = await once(server, 'message')
  const before = process.memoryUsage.rss()
  let most = before
  const watching = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), everyMs)
  const { summaries, tookMs } = await both(`http://127.0.0.1:${port}`)
  clearInterval(watching)
  server.kill()
  const grownMiB = (most - before) / 1024 ** 2
  const adds = summaries.every(({ ledger, planned }) => planned > 0 && total(ledger) === planned)
  const classes = summaries.map(({ ledger }) =>
    Object.entries(ledger)
      .map(([name, count]) => `${count} ${name}`)
      .join(' '),
  )
  return {
    what: manner,
    target: `all in a class, < ${mostMiB} MiB more, < ${mostMs / 1_000} s`,
    ours: `${grownMiB.toFixed(0)} MiB more, ${(tookMs / 1_000).toFixed(1)} s; users: ${classes.join('; pressure: ')}`,
    peer: '',
    met: adds && grownMiB < mostMiB && tookMs < mostMs,
  }
}

const rows: Row[] = []
for (const manner of hostileManners) rows.push(await suffer(manner))
process.exitCode = printTable('hostile servers', '', rows) ? 0 : 1
