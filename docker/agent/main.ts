import { randomUUID } from 'node:crypto'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import type { Server } from 'node:http'
import { isMainThread } from 'node:worker_threads'
import { Registry } from 'prom-client'
import { ports } from '../../src/protocol/index.ts'
import { DriftMetrics } from './configuration-metrics.ts'
import { controlServer } from './control.ts'
import { EventLog } from './event-log.ts'
import { internalServer } from './internal.ts'
import { interpose } from './interposer/program.ts'
import { forward } from './outward.ts'
import { presserIn, pressHere } from './press-thread.ts'
import { ConfigurationMetrics, ProxyMetrics, routesIn } from './proxy-metrics.ts'
import { ResourceMetrics } from './resource-metrics.ts'
import { ServerMetrics } from './server-metrics.ts'
import { StatusMetrics } from './status-metrics.ts'
import { Tail } from './tail.ts'

const addressOf = async (name: string) => {
  const [address = ''] = await new Resolver({ timeout: 300, tries: 1 }).resolve4(name)
  return address
}

interface Metrics {
  resources: ResourceMetrics
  drift: DriftMetrics
  access: (line: string) => void
  metrics: () => Promise<string>
}

function newMetrics(): Metrics {
  const logs = process.env['LOG_FOLDER'] ?? '/var/log/shop'
  const proxy = process.env['PROXY_HOST'] ?? 'proxy'
  const port = Number(process.env['STATUS_PORT'] ?? ports.proxyStatus)
  const register = new Registry()
  const resources = new ResourceMetrics(register)
  const names = (process.env['SERVERS'] ?? '').split(',').filter((name) => name !== '')
  const routes = routesIn(process.env['ROUTES'])
  const fromLogs = new ProxyMetrics(register, new ServerMetrics(register, names, addressOf), routes)
  const access = new Tail(process.env['ACCESS_LOG'] ?? `${logs}/access.jsonl`)
  const error = new Tail(`${logs}/error.log`)
  const askProxy = async (path: string) => {
    const answer = await forward({ host: proxy, port, path, method: 'GET', timeoutMs: 300 })
    if (answer.status !== 200) throw new Error(`the proxy answered ${answer.status}`)
    return answer.body.trim()
  }
  const configuration = new ConfigurationMetrics(register, () => askProxy('/config-hash'))
  const status = new StatusMetrics(() => askProxy('/stub_status'))
  const metrics = async () => {
    resources.refresh()
    await Promise.all([fromLogs.read(access, error), configuration.refresh(), status.refresh()])
    return `${await register.metrics()}${await status.text()}`
  }
  return { resources, drift: new DriftMetrics(register), metrics, access: (line) => fromLogs.access(line) }
}

/** One after the other: two scrapes at once must not read the same lines twice. */
function inTurn(metrics: () => Promise<string>): () => Promise<string> {
  let scraping: Promise<unknown> = Promise.resolve()
  return () => {
    const turn = scraping.then(metrics, metrics)
    scraping = turn.catch(() => undefined)
    return turn
  }
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port)
  await once(server, 'listening')
}

async function serve(): Promise<void> {
  const token = process.env['BADGATEWAY_TOKEN'] ?? ''
  if (token === '') {
    process.stderr.write('BADGATEWAY_TOKEN is not set: nobody could use the control port\n')
    process.exit(64)
  }
  const events = new EventLog()
  const { resources, drift, access, metrics } = newMetrics()
  const press = presserIn(new URL(import.meta.url))
  process.once('SIGTERM', () => process.exit(0))
  await Promise.all([
    listen(controlServer({ token, epoch: randomUUID(), events, resources, drift, access, press }), 8600),
    listen(internalServer({ metrics: inTurn(metrics), events }), 8602),
  ])
  process.stdout.write(`${JSON.stringify({ ready: true, name: 'agent' })}\n`)
}

/** In place of all that: it stands in the way of a server, beside which the container was started. */
async function standInTheWay(wish: string): Promise<void> {
  const ended = new AbortController()
  process.once('SIGTERM', () => ended.abort())
  await interpose(wish, { ended: ended.signal })
  process.exit(0)
}

const [, , what, wish = ''] = process.argv
// The same program is the thread that presses: the image has no other file.
if (!isMainThread) await pressHere()
else if (what === 'interpose') await standInTheWay(wish)
else await serve()
