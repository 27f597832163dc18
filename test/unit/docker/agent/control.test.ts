import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createSecure } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DriftMetrics } from '../../../../docker/agent/configuration-metrics.ts'
import { controlServer } from '../../../../docker/agent/control.ts'
import { EventLog } from '../../../../docker/agent/event-log.ts'
import { internalServer } from '../../../../docker/agent/internal.ts'
import { press } from '../../../../docker/agent/press.ts'
import { ResourceMetrics } from '../../../../docker/agent/resource-metrics.ts'
import { certificate, key } from '../../../support/certificate.ts'

const opened: Server[] = []

async function listen(server: Server): Promise<number> {
  opened.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

describe('the agent', () => {
  let events: EventLog
  let register: Registry
  let control: string
  let internal: string
  const accessed: string[] = []
  const authorization = 'Bearer secret'

  beforeEach(async () => {
    events = new EventLog()
    register = new Registry()
    const resources = new ResourceMetrics(register)
    const metrics = () => {
      resources.refresh()
      return register.metrics()
    }
    const drift = new DriftMetrics(register)
    accessed.length = 0
    const access = (line: string) => accessed.push(line)
    const settings = { token: 'secret', epoch: 'e1', events, resources, drift, access, press }
    control = `http://127.0.0.1:${await listen(controlServer(settings))}`
    internal = `http://127.0.0.1:${await listen(internalServer({ metrics, events }))}`
  })
  afterEach(() => {
    for (const server of opened.splice(0)) {
      server.close()
      server.closeAllConnections()
    }
  })

  const post = async (path: string, body: unknown, headers: Record<string, string> = { authorization }) => {
    const answer = await fetch(control + path, { method: 'POST', headers, body: JSON.stringify(body) })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

  it('does nothing without the token, and says that it is healthy to anybody', async () => {
    expect((await post('/reach', { host: '127.0.0.1', port: 1 }, {})).status).toBe(401)
    expect((await fetch(`${control}/events`)).status).toBe(401)
    expect((await fetch(`${control}/healthz`)).status).toBe(200)
  })

  it('asks by TLS for the name in the host header, whoever vouches for the certificate', async () => {
    const heard: unknown[] = []
    const secure = createSecure({ cert: certificate, key }, (request, response) => {
      heard.push(request.headers.host, Reflect.get(request.socket, 'servername'))
      response.end('fine')
    })
    const port = await listen(secure)
    const wish = { host: '127.0.0.1', port, path: '/', secure: true, headers: { host: 'shop.test:8443' } }
    expect(await post('/forward', wish)).toMatchObject({ status: 200, body: { status: 200, body: 'fine' } })
    expect(heard).toEqual(['shop.test:8443', 'shop.test'])
  })

  it('takes lines of an access log in their order, and nothing else', async () => {
    expect((await post('/access-lines', ['{"t":1}', '{"t":2}'])).status).toBe(200)
    expect((await post('/access-lines', [{ t: 3 }])).status).toBe(400)
    expect(accessed).toEqual(['{"t":1}', '{"t":2}'])
  })

  it('forwards a request with its body, and gives the answer as it came', async () => {
    const backend = createServer((request, response) => {
      request.pipe(response.writeHead(418, { 'x-seen': `${request.method} ${request.url}` }))
    })
    const port = await listen(backend)
    const wish = { host: '127.0.0.1', port, path: '/behaviour?x=1', method: 'PUT', body: { hang: {} } }
    expect((await post('/forward', wish)).body).toMatchObject({
      status: 418,
      headers: { 'x-seen': 'PUT /behaviour?x=1' },
      body: '{"hang":{}}',
    })
  })

  it('asks as whom it is told to, and takes no header that is none', async () => {
    const backend = createServer((request, response) => response.end(String(request.headers['x-user-id'])))
    const port = await listen(backend)
    const wish = { host: '127.0.0.1', port, path: '/' }
    expect((await post('/forward', { ...wish, headers: { 'x-user-id': '7' } })).body).toMatchObject({ body: '7' })
    expect((await post('/forward', { ...wish, headers: { 'x-user-id': '7\r\nhost: a' } })).status).toBe(400)
  })

  it('says why there was no answer', async () => {
    const silent = await listen(createServer(() => undefined))
    const late = await post('/forward', { host: '127.0.0.1', port: silent, path: '/', timeoutMs: 50 })
    expect(late).toEqual({ status: 502, body: { error: 'no answer within 50 ms' } })
    const closed = await closedPort()
    const refused = await post('/forward', { host: '127.0.0.1', port: closed, path: '/' })
    expect(refused).toEqual({ status: 502, body: { error: 'ECONNREFUSED' } })
  })

  it.each([
    { host: 'a b', port: 80, path: '/' },
    { host: 'a', port: 0, path: '/' },
    { host: 'a', port: 80, path: 'no-slash' },
    { host: 'a', port: 80, path: '/x\r\nHost: y' },
    { host: 'a', port: 80, path: '/', method: 'CONNECT' },
    { host: 'a', port: 80, path: '/', timeoutMs: 3_600_000 },
    null,
  ])('does not forward %j', async (wish) => {
    expect((await post('/forward', wish)).status).toBe(400)
  })

  it('talks, in bytes only', async () => {
    const port = await listen(createServer((_request, response) => void response.end('ok')))
    const wish = { host: '127.0.0.1', port, text: 'GET / HTTP/1.0\r\n\r\n' }
    expect((await post('/talk', wish)).body).toMatchObject({ end: 'fin', tail: expect.stringMatching(/ok$/) })
    expect((await post('/talk', { ...wish, text: 'ä€' })).status).toBe(400)
  })

  it('reaches, or says why not', async () => {
    const port = await listen(createServer())
    expect((await post('/reach', { host: '127.0.0.1', port })).body).toMatchObject({
      reachable: true,
      because: 'connected',
    })
    const closed = await closedPort()
    expect((await post('/reach', { host: '127.0.0.1', port: closed })).body).toMatchObject({
      reachable: false,
      because: 'ECONNREFUSED',
    })
  })

  it('presses, and says what became of every request', async () => {
    const port = await listen(createServer((_request, response) => response.writeHead(503).end()))
    const { status, body } = await post('/press', { host: '127.0.0.1', port, path: '/', connections: 2, seconds: 0.2 })
    expect(status).toBe(200)
    expect(body).toMatchObject({ ok: 0, failed: body['requests'], byStatus: { 503: body['requests'] } })
  })

  it('stops pressing when nothing listens any more', async () => {
    let heard = 0
    const port = await listen(
      createServer((_request, response) => {
        heard += 1
        setTimeout(() => response.end(), 5)
      }),
    )
    const wish = { host: '127.0.0.1', port, path: '/', connections: 2, seconds: 30 }
    const gone = new AbortController()
    const asked = { method: 'POST', headers: { authorization }, body: JSON.stringify(wish), signal: gone.signal }
    const lost = expect(fetch(`${control}/press`, asked)).rejects.toThrow('aborted')
    await expect.poll(() => heard).toBeGreaterThan(4)
    gone.abort()
    await lost
    const connections = () => new Promise((tell) => opened.at(-1)?.getConnections((_error, count) => tell(count)))
    await expect.poll(connections).toBe(0)
  })

  it.each([
    { connections: 201, seconds: 1 },
    { connections: 0, seconds: 1 },
    { connections: 1, seconds: 61 },
    { connections: 1, seconds: 0 },
    { connections: 1, seconds: 1, ratePerS: 0 },
  ])('does not press with %j', async (wish) => {
    expect((await post('/press', { host: '127.0.0.1', port: 1, path: '/', ...wish })).status).toBe(400)
  })

  it('shows Prometheus the resources that it was given', async () => {
    const sample = { service: 'api-1', wallMs: 1, memoryBytes: 7, limitBytes: null, cpuSeconds: 0 }
    expect((await post('/resources', [sample])).status).toBe(200)
    const text = await (await fetch(`${internal}/metrics`)).text()
    expect(text).toContain('container_memory_working_set_bytes{name="api-1"} 7')
    expect((await post('/resources', [{ ...sample, memoryBytes: -1 }])).status).toBe(400)
  })

  it('tells deliveries that were and those that come, in order', async () => {
    await fetch(`${internal}/hook/oncall`, { method: 'POST', body: '{"n":1}' })
    await fetch(`${internal}/hook/oncall`, { method: 'POST', body: '{"n":2}' })
    const stop = new AbortController()
    const answer = await fetch(`${control}/events?after=1`, { headers: { authorization }, signal: stop.signal })
    expect(answer.headers.get('x-agent-epoch')).toBe('e1')
    await fetch(`${internal}/hook/watchdog`, { method: 'POST', body: '{"n":3}' })
    const told: unknown[] = []
    const decoder = new TextDecoder()
    for await (const part of answer.body ?? []) {
      const lines = decoder.decode(part).split('\n')
      told.push(...lines.filter((one) => one !== '' && one !== '{}').map((one) => JSON.parse(one)))
      if (told.length === 2) break
    }
    stop.abort()
    expect(told).toMatchObject([
      { n: 2, kind: 'webhook', receiver: 'oncall', body: { n: 2 } },
      { n: 3, kind: 'webhook', receiver: 'watchdog', body: { n: 3 } },
    ])
  })

  it('takes no delivery that is not JSON', async () => {
    expect((await fetch(`${internal}/hook/oncall`, { method: 'POST', body: 'x' })).status).toBe(400)
  })

  it('forgets the oldest deliveries rather than growing for ever', () => {
    for (let n = 0; n < 10_005; n += 1) events.add('watchdog', {})
    const told: number[] = []
    events.follow(0, (event) => told.push(event.n))()
    expect(told).toHaveLength(10_000)
    expect(told.at(-1)).toBe(10_005)
  })
})

async function closedPort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  server.close()
  await once(server, 'close')
  return port
}
