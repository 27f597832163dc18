import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Server } from 'node:http'
import { Registry } from 'prom-client'
import { controlServer } from './control.ts'
import { EventLog } from './event-log.ts'
import { internalServer } from './internal.ts'
import { forward } from './outward.ts'
import { ConfigurationMetrics, ProxyMetrics } from './proxy-metrics.ts'
import { ResourceMetrics } from './resource-metrics.ts'
import { Tail } from './tail.ts'

const token = process.env['BADGATEWAY_TOKEN'] ?? ''
const logs = process.env['LOG_FOLDER'] ?? '/var/log/shop'
const proxy = process.env['PROXY_HOST'] ?? 'proxy'

if (token === '') {
  process.stderr.write('BADGATEWAY_TOKEN is not set: nobody could use the control port\n')
  process.exit(64)
}

const register = new Registry()
const events = new EventLog()
const resources = new ResourceMetrics(register)
const fromLogs = new ProxyMetrics(register)
const access = new Tail(`${logs}/access.jsonl`)
const error = new Tail(`${logs}/error.log`)
const configuration = new ConfigurationMetrics(register, async () => {
  const answer = await forward({ host: proxy, port: 8081, path: '/config-hash', method: 'GET', timeoutMs: 300 })
  if (answer.status !== 200) throw new Error(`the proxy answered ${answer.status}`)
  return answer.body.trim()
})

async function metrics(): Promise<string> {
  resources.refresh()
  await Promise.all([fromLogs.read(access, error), configuration.refresh()])
  return register.metrics()
}

// One after the other: two scrapes at once must not read the same lines twice.
let scraping: Promise<unknown> = Promise.resolve()
function metricsInTurn(): Promise<string> {
  const turn = scraping.then(metrics, metrics)
  scraping = turn.catch(() => undefined)
  return turn
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port)
  await once(server, 'listening')
}

process.once('SIGTERM', () => process.exit(0))
await Promise.all([
  listen(controlServer({ token, epoch: randomUUID(), events, resources }), 8600),
  listen(internalServer({ metrics: metricsInTurn, events }), 8602),
])
process.stdout.write(`${JSON.stringify({ ready: true, name: 'agent' })}\n`)
