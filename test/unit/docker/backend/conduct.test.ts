import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { get, TestBackend } from '../../../support/backend.ts'

describe('a backend', () => {
  let backend: TestBackend
  beforeEach(async () => {
    backend = await TestBackend.start()
  })
  afterEach(() => backend.stop())

  const status = async (path: string) => (await backend.fetch(path)).status

  it('serves, logs and counts when nothing is set', async () => {
    expect(backend.conduct.set({})).toBeNull()
    expect((await backend.send(get('/product/3?x=1'))).text).toContain('Product 3')
    expect(await backend.logs(1)).toMatchObject([{ id: 'r1', method: 'GET', path: '/product/3', status: 200 }])
    const metrics = await (await fetch(`${backend.controlUrl}/metrics`)).text()
    expect(metrics).toContain('shop_requests_received_total{role="web",name="web-1"} 1')
    expect(metrics).toContain('shop_responses_total{role="web",name="web-1",class="2xx"} 1')
    expect(metrics).toContain('class="5xx"} 0')
  })

  it('applies a behaviour to its share and its paths only, and never to the health check', async () => {
    backend.conduct.set({ status: { code: 500, share: 0.25, path: '/product/' } })
    const answers = []
    for (let n = 0; n < 8; n += 1) answers.push(await status('/product/1'))
    expect(answers).toEqual([200, 200, 200, 500, 200, 200, 200, 500])
    backend.conduct.set({ status: { code: 500, path: '/product/' } })
    expect(await status('/')).toBe(200)
    backend.conduct.set({ status: { code: 500 } })
    expect(await status('/healthz')).toBe(200)
  })

  it('does several things at once, in its own order', async () => {
    backend.conduct.set({ status: { code: 503 }, 'header-size': { bytes: 10 }, latency: { ms: 20 } })
    const answer = await backend.fetch('/')
    expect(answer.status).toBe(503)
    expect(answer.headers.get('set-cookie')).toBe(`basket=${'x'.repeat(10)}`)
  })
})

describe('the control port of a backend', () => {
  let backend: TestBackend
  beforeEach(async () => {
    backend = await TestBackend.start()
  })
  afterEach(() => backend.stop())

  const put = async (body: string) => {
    const answer = await fetch(`${backend.controlUrl}/behaviour`, { method: 'PUT', body })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

  it('replaces, tells and clears what is in force', async () => {
    expect(await put('{"latency":{"ms":5},"hang":{"share":0.5}}')).toEqual({
      status: 200,
      body: { latency: { ms: 5 }, hang: { share: 0.5 } },
    })
    expect((await put('{"status":{"code":500}}')).body).toEqual({ status: { code: 500 } })
    expect(await (await fetch(`${backend.controlUrl}/behaviour`)).json()).toEqual({ status: { code: 500 } })
    expect(await (await fetch(`${backend.controlUrl}/behaviour`, { method: 'DELETE' })).json()).toEqual({})
    expect(await (await fetch(`${backend.controlUrl}/behaviour`)).json()).toEqual({})
  })

  it.each([
    ['{"latency":{"ms":-1}}', 'latency: '],
    ['{"latency":{}}', 'latency: '],
    ['{"hang":{"shar":1}}', 'hang: '],
    ['{"hang":{"share":2}}', 'hang: '],
    ['{"hang":{"path":"x"}}', 'hang: '],
    ['{"explode":{}}', "no behaviour 'explode'; there are closed-port, "],
    ['[]', 'give an object'],
    ['no json', 'give an object'],
  ])('refuses %s, changes nothing, and says why', async (body, error) => {
    await put('{"status":{"code":500}}')
    const answer = await put(body)
    expect(answer.status).toBe(400)
    expect(answer.body['error']).toContain(error)
    expect(await (await fetch(`${backend.controlUrl}/behaviour`)).json()).toEqual({ status: { code: 500 } })
  })
})
