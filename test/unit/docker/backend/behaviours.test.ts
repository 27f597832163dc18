import { once } from 'node:events'
import { Agent, createServer, get as httpGet, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { behaviours } from '../../../../docker/backend/behaviours/index.ts'
import { Conduct } from '../../../../docker/backend/conduct.ts'
import { controlServer } from '../../../../docker/backend/control.ts'
import { Counts } from '../../../../docker/backend/counts.ts'
import { siteServer } from '../../../../docker/backend/site.ts'
import { web } from '../../../../docker/backend/web.ts'

interface Ending {
  text: string
  /** How the other side ended it: in order, with an error of this code, or not at all in the time given. */
  ended: 'fin' | 'still-open' | string
}

describe('a backend', () => {
  let site: Server
  let control: Server
  let conduct: Conduct
  let logged: Record<string, unknown>[]
  let port: number
  let onLog: (() => void) | undefined

  beforeEach(async () => {
    logged = []
    const counts = new Counts('web', 'web-1', () => 1_000)
    const log = (line: object) => {
      logged.push({ ...line })
      onLog?.()
    }
    site = siteServer({ serve: web, conduct: () => conduct, counts, log })
    conduct = new Conduct(behaviours, site)
    control = controlServer(conduct, counts)
    site.listen(0, '127.0.0.1')
    control.listen(0, '127.0.0.1')
    await Promise.all([once(site, 'listening'), once(control, 'listening')])
    port = portOf(site)
  })
  afterEach(() => {
    for (const server of [site, control]) {
      server.close()
      server.closeAllConnections()
    }
  })

  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: shop\r\nX-Request-Id: r1\r\n\r\n`

  /** Sends this on one connection and reads until the other side ends it, or `quietMs` have passed. */
  function send(text: string, quietMs = 100): Promise<Ending> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1')
      let read = ''
      const end = (ended: Ending['ended']) => {
        clearTimeout(timer)
        socket.destroy()
        resolve({ text: read, ended })
      }
      const timer = setTimeout(() => end('still-open'), quietMs)
      socket.on('data', (part) => {
        read += part.toString('latin1')
      })
      socket.once('end', () => end('fin'))
      socket.once('error', (thrown: NodeJS.ErrnoException) => end(thrown.code ?? 'error'))
      socket.write(text)
    })
  }

  /** The lines of the access log, once there is this many of them. */
  async function logs(count: number): Promise<Record<string, unknown>[]> {
    while (logged.length < count) {
      await new Promise<void>((resolve) => {
        onLog = resolve
      })
    }
    return logged
  }

  const status = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status

  it('serves, logs and counts when nothing is set', async () => {
    expect(conduct.set({})).toBeNull()
    expect((await send(get('/product/3?x=1'))).text).toContain('Product 3')
    expect(await logs(1)).toMatchObject([{ id: 'r1', method: 'GET', path: '/product/3', status: 200 }])
    const metrics = await (await fetch(`http://127.0.0.1:${portOf(control)}/metrics`)).text()
    expect(metrics).toContain('shop_requests_received_total{role="web",name="web-1"} 1')
    expect(metrics).toContain('shop_responses_total{role="web",name="web-1",class="2xx"} 1')
    expect(metrics).toContain('class="5xx"} 0')
  })

  it('waits: latency', async () => {
    conduct.set({ latency: { ms: 60 } })
    const begun = performance.now()
    expect(await status('/')).toBe(200)
    expect(performance.now() - begun).toBeGreaterThanOrEqual(59)
  })

  it('answers with the status: status', async () => {
    conduct.set({ status: { code: 502, body: 'bad' } })
    const answer = await fetch(`http://127.0.0.1:${port}/`)
    expect([answer.status, await answer.text()]).toEqual([502, 'bad'])
  })

  it('never answers: hang', async () => {
    conduct.set({ hang: {} })
    expect(await send(get('/'))).toEqual({ text: '', ended: 'still-open' })
    expect(await logs(1)).toMatchObject([{ path: '/', status: null }])
  })

  it('resets before, in the header, in the body: reset', async () => {
    conduct.set({ reset: {} })
    expect(await send(get('/'))).toEqual({ text: '', ended: 'ECONNRESET' })
    conduct.set({ reset: { after: 'half-header' } })
    expect((await send(get('/'))).ended).toBe('ECONNRESET')
    conduct.set({ reset: { after: 'half-body' } })
    expect((await send(get('/'))).ended).toBe('ECONNRESET')
    expect((await logs(3)).map((line) => line['status'])).toEqual([null, null, 200])
  })

  it('closes in order without an answer: early-close', async () => {
    conduct.set({ 'early-close': {} })
    expect(await send(get('/'))).toEqual({ text: '', ended: 'fin' })
    conduct.set({ 'early-close': { after: 'half-header' } })
    expect(await send(get('/'))).toEqual({ text: 'HTTP/1.1 200 OK\r\nContent-Ty', ended: 'fin' })
  })

  it('closes in order even when a body was still coming', async () => {
    conduct.set({ 'early-close': {} })
    const post = `POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 200000\r\n\r\n${'x'.repeat(200_000)}`
    expect(await send(post)).toEqual({ text: '', ended: 'fin' })
  })

  it.each([
    [{}, 'fin', 'Content-Length: 100\r\n\r\nxxxxx', 50],
    [{ declaredBytes: 20, sentBytes: 5, ending: 'stall' }, 'still-open', 'Content-Length: 20\r\n\r\nxxxxx', 5],
    [{ chunked: true, declaredBytes: 16, sentBytes: 4 }, 'fin', 'chunked\r\n\r\n10\r\nxxxx', 4],
  ])('promises more than it sends: truncated-body %j', async (settings, ended, part, bytes) => {
    conduct.set({ 'truncated-body': settings })
    const got = await send(get('/'))
    expect(got.ended).toBe(ended)
    expect(got.text).toContain(part)
    expect(/x*$/.exec(got.text)?.[0]).toHaveLength(bytes)
  })

  it('resets in the middle of a body: truncated-body', async () => {
    conduct.set({ 'truncated-body': { ending: 'reset' } })
    expect((await send(get('/'))).ended).toBe('ECONNRESET')
  })

  it('adds to the header of the real answer: header-size', async () => {
    conduct.set({ 'header-size': { bytes: 9_000 } })
    const got = await send(get('/'))
    expect(/set-cookie: (basket=x*)/i.exec(got.text)?.[1]).toHaveLength(9_007)
    expect(got.text).toContain('The shop')
  })

  it.each([
    ['space-in-name', 'Foo Bar: x\r\n'],
    ['nul-in-value', 'Foo: a\0b\r\n'],
    ['duplicate-length', 'Content-Length: 15\r\nContent-Length: 15\r\n'],
    ['length-and-chunked', 'Content-Length: 15\r\nTransfer-Encoding: chunked\r\n'],
    ['unknown-encoding', 'Transfer-Encoding: gzip, chunked\r\n'],
    ['invalid-length', 'Content-Length: abc\r\n'],
    ['no-status-line', 'hello\r\n'],
  ])('breaks the rules: invalid-header %s', async (form, part) => {
    conduct.set({ 'invalid-header': { form } })
    const got = await send(get('/'))
    expect(got.ended).toBe('fin')
    expect(got.text).toContain(part)
  })

  it('closes on the second request of a connection: keep-alive-limits', async () => {
    conduct.set({ 'keep-alive-limits': { closeOnRequest: 2 } })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ask = () =>
      new Promise<number | string | undefined>((resolve) => {
        const request = httpGet({ port, agent, path: '/' }, (response) => {
          response.resume().once('end', () => resolve(response.statusCode))
        })
        request.once('error', (thrown: NodeJS.ErrnoException) => resolve(thrown.code))
      })
    expect(await ask()).toBe(200)
    expect(await ask()).toBe('ECONNRESET')
    expect(await ask()).toBe(200)
    agent.destroy()
  })

  it('closes after so many requests or so long a rest, and no longer once it is over: keep-alive-limits', async () => {
    conduct.set({ 'keep-alive-limits': { requests: 1 } })
    expect((await send(get('/'))).text).toMatch(/^connection: close\r$/im)
    conduct.set({ 'keep-alive-limits': { idleMs: 20 } })
    expect(site.keepAliveTimeout).toBe(20)
    expect((await send(get('/'))).text).not.toMatch(/^connection: close\r$/im)
    conduct.set({})
    expect(site.keepAliveTimeout).toBe(75_000)
  })

  it('keeps memory with every request: leak-per-request', async () => {
    conduct.set({ 'leak-per-request': { bytes: 4_194_304 } })
    const before = process.memoryUsage().arrayBuffers
    for (let n = 0; n < 5; n += 1) await status('/')
    expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThanOrEqual(5 * 4_194_304)
  })

  it('keeps everybody waiting: cpu-burn', async () => {
    conduct.set({ 'cpu-burn': { ms: 40, path: '/product/1' } })
    const begun = performance.now()
    await Promise.all([status('/product/1'), status('/product/1')])
    expect(performance.now() - begun).toBeGreaterThanOrEqual(79)
  })

  it('applies a behaviour to its share and its paths only, and never to the health check', async () => {
    conduct.set({ status: { code: 500, share: 0.25, path: '/product/' } })
    const answers = []
    for (let n = 0; n < 8; n += 1) answers.push(await status('/product/1'))
    expect(answers).toEqual([200, 200, 200, 500, 200, 200, 200, 500])
    conduct.set({ status: { code: 500, path: '/product/' } })
    expect(await status('/')).toBe(200)
    conduct.set({ status: { code: 500 } })
    expect(await status('/healthz')).toBe(200)
  })

  it('does several things at once, in its own order', async () => {
    conduct.set({ status: { code: 503 }, 'header-size': { bytes: 10 }, latency: { ms: 20 } })
    const answer = await fetch(`http://127.0.0.1:${port}/`)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('set-cookie')).toBe(`basket=${'x'.repeat(10)}`)
  })
})

describe('the control port of a backend', () => {
  let control: Server
  let url: string
  beforeEach(async () => {
    const site = createServer()
    control = controlServer(new Conduct(behaviours, site), new Counts('api', 'api-1', () => 1))
    control.listen(0, '127.0.0.1')
    await once(control, 'listening')
    url = `http://127.0.0.1:${portOf(control)}/behaviour`
  })
  afterEach(() => {
    control.close()
    control.closeAllConnections()
  })

  const put = async (body: string) => {
    const answer = await fetch(url, { method: 'PUT', body })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

  it('replaces, tells and clears what is in force', async () => {
    expect(await put('{"latency":{"ms":5},"hang":{"share":0.5}}')).toEqual({
      status: 200,
      body: { latency: { ms: 5 }, hang: { share: 0.5 } },
    })
    expect((await put('{"status":{"code":500}}')).body).toEqual({ status: { code: 500 } })
    expect(await (await fetch(url)).json()).toEqual({ status: { code: 500 } })
    expect(await (await fetch(url, { method: 'DELETE' })).json()).toEqual({})
    expect(await (await fetch(url)).json()).toEqual({})
  })

  it.each([
    ['{"latency":{"ms":-1}}', 'latency: '],
    ['{"latency":{}}', 'latency: '],
    ['{"hang":{"shar":1}}', 'hang: '],
    ['{"hang":{"share":2}}', 'hang: '],
    ['{"hang":{"path":"x"}}', 'hang: '],
    ['{"explode":{}}', "no behaviour 'explode'; there are cpu-burn, "],
    ['[]', 'give an object'],
    ['no json', 'give an object'],
  ])('refuses %s, changes nothing, and says why', async (body, error) => {
    await put('{"status":{"code":500}}')
    const answer = await put(body)
    expect(answer.status).toBe(400)
    expect(answer.body['error']).toContain(error)
    expect(await (await fetch(url)).json()).toEqual({ status: { code: 500 } })
  })
})

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
