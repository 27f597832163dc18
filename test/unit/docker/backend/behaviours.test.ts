// @group measured
import { Agent, get as httpGet } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { get, TestBackend } from '../../../support/backend.ts'

describe('the behaviours of a backend', () => {
  let backend: TestBackend
  beforeEach(async () => {
    backend = await TestBackend.start()
  })
  afterEach(() => backend.stop())

  const status = async (path: string) => (await backend.fetch(path)).status

  it('waits: latency', async () => {
    backend.conduct.set({ latency: { ms: 60 } })
    const begun = performance.now()
    expect(await status('/')).toBe(200)
    expect(performance.now() - begun).toBeGreaterThanOrEqual(59)
  })

  it('answers with the status: status', async () => {
    backend.conduct.set({ status: { code: 502, body: 'bad' } })
    const answer = await backend.fetch('/')
    expect([answer.status, await answer.text()]).toEqual([502, 'bad'])
  })

  it('never answers: hang', async () => {
    backend.conduct.set({ hang: {} })
    expect(await backend.send(get('/'))).toEqual({ text: '', ended: 'still-open' })
    expect(await backend.logs(1)).toMatchObject([{ path: '/', status: null }])
  })

  it('resets before, in the header, in the body: reset', async () => {
    backend.conduct.set({ reset: {} })
    expect(await backend.send(get('/'))).toEqual({ text: '', ended: 'ECONNRESET' })
    backend.conduct.set({ reset: { after: 'half-header' } })
    expect((await backend.send(get('/'))).ended).toBe('ECONNRESET')
    backend.conduct.set({ reset: { after: 'half-body' } })
    expect((await backend.send(get('/'))).ended).toBe('ECONNRESET')
    expect((await backend.logs(3)).map((line) => line['status'])).toEqual([null, null, 200])
  })

  it('closes in order without an answer: early-close', async () => {
    backend.conduct.set({ 'early-close': {} })
    expect(await backend.send(get('/'))).toEqual({ text: '', ended: 'fin' })
    backend.conduct.set({ 'early-close': { after: 'half-header' } })
    expect(await backend.send(get('/'))).toEqual({ text: 'HTTP/1.1 200 OK\r\nContent-Ty', ended: 'fin' })
  })

  it('closes in order even when a body was still coming', async () => {
    backend.conduct.set({ 'early-close': {} })
    const post = `POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 200000\r\n\r\n${'x'.repeat(200_000)}`
    expect(await backend.send(post)).toEqual({ text: '', ended: 'fin' })
  })

  it.each([
    [{}, 'fin', 'Content-Length: 100\r\n\r\nxxxxx', 50],
    [{ declaredBytes: 20, sentBytes: 5, ending: 'stall' }, 'still-open', 'Content-Length: 20\r\n\r\nxxxxx', 5],
    [{ chunked: true, declaredBytes: 16, sentBytes: 4 }, 'fin', 'chunked\r\n\r\n10\r\nxxxx', 4],
  ])('promises more than it sends: truncated-body %j', async (settings, ended, part, bytes) => {
    backend.conduct.set({ 'truncated-body': settings })
    const got = await backend.send(get('/'))
    expect(got.ended).toBe(ended)
    expect(got.text).toContain(part)
    expect(/x*$/.exec(got.text)?.[0]).toHaveLength(bytes)
  })

  it('resets in the middle of a body: truncated-body', async () => {
    backend.conduct.set({ 'truncated-body': { ending: 'reset' } })
    expect((await backend.send(get('/'))).ended).toBe('ECONNRESET')
  })

  it('adds to the header of the real answer: header-size', async () => {
    backend.conduct.set({ 'header-size': { bytes: 9_000 } })
    const got = await backend.send(get('/'))
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
    backend.conduct.set({ 'invalid-header': { form } })
    const got = await backend.send(get('/'))
    expect(got.ended).toBe('fin')
    expect(got.text).toContain(part)
  })

  it('closes on the second request of a connection: keep-alive-limits', async () => {
    backend.conduct.set({ 'keep-alive-limits': { closeOnRequest: 2 } })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ask = () =>
      new Promise<number | string | undefined>((resolve) => {
        const request = httpGet({ port: backend.port, agent, path: '/' }, (response) => {
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
    backend.conduct.set({ 'keep-alive-limits': { requests: 1 } })
    expect((await backend.send(get('/'))).text).toMatch(/^connection: close\r$/im)
    backend.conduct.set({ 'keep-alive-limits': { idleMs: 20 } })
    expect(backend.site.keepAliveTimeout).toBe(20)
    expect((await backend.send(get('/'))).text).not.toMatch(/^connection: close\r$/im)
    backend.conduct.set({})
    expect(backend.site.keepAliveTimeout).toBe(75_000)
  })

  it('keeps memory with every request: leak-per-request', async () => {
    backend.conduct.set({ 'leak-per-request': { bytes: 4_194_304 } })
    const before = process.memoryUsage().arrayBuffers
    for (let n = 0; n < 5; n += 1) await status('/')
    // Less than all five, because other buffers of this process may have been given back meanwhile.
    expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThan(4 * 4_194_304)
  })

  it('keeps everybody waiting: cpu-burn', async () => {
    backend.conduct.set({ 'cpu-burn': { ms: 40, path: '/product/1' } })
    const begun = performance.now()
    await Promise.all([status('/product/1'), status('/product/1')])
    expect(performance.now() - begun).toBeGreaterThanOrEqual(79)
  })

  it('burns without being asked, until it is told otherwise: cpu-burn', async () => {
    const used = async () => {
      const before = process.cpuUsage()
      await new Promise((resolve) => setTimeout(resolve, 200))
      return process.cpuUsage(before).user / 1_000
    }
    backend.conduct.set({ 'cpu-burn': { ms: 12, everyMs: 20 } })
    expect(await status('/')).toBe(200)
    const before = process.cpuUsage()
    await expect.poll(() => process.cpuUsage(before).user / 1_000).toBeGreaterThan(120)
    backend.conduct.set({})
    await expect.poll(used).toBeLessThan(60)
  })
})
