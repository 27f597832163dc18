import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Agent, AgentEvent } from '../../../src/protocol/agent-types.ts'
import { connectAgent } from '../../../src/stack/agent.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

describe('the client of the agent', () => {
  let server: Server
  let agent: Agent
  let answer: Answer
  let stop: AbortController

  beforeEach(async () => {
    stop = new AbortController()
    server = createServer((request, response) => answer(request, response))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    agent = connectAgent({ baseUrl, token: 'secret' })
  })
  afterEach(() => {
    stop.abort()
    server.close()
    server.closeAllConnections()
  })

  const json =
    (status: number, body: unknown): Answer =>
    (_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }

  it('asks with the token and the limit, and gives the answer', async () => {
    const asked: unknown[] = []
    answer = async (request, response) => {
      asked.push(request.url, request.headers.authorization, JSON.parse(await text(request)))
      json(200, { status: 201, headers: { a: 'b' }, body: 'x', ms: 2 })(request, response)
    }
    const wish = { host: 'api-1', port: 8601, path: '/behaviour', method: 'PUT', body: { hang: {} } } as const
    expect(await agent.forward(wish)).toEqual({ status: 201, headers: { a: 'b' }, body: 'x', ms: 2 })
    expect(asked).toEqual(['/forward', 'Bearer secret', { ...wish, timeoutMs: 5_000 }])
  })

  it('says that a host is not reachable as an answer, not as an error', async () => {
    answer = json(200, { reachable: false, ms: 1, because: 'ECONNREFUSED' })
    const reach = await agent.reach({ host: 'web-1', port: 1, timeoutMs: 100 })
    expect(reach).toEqual({ reachable: false, ms: 1, because: 'ECONNREFUSED' })
  })

  it('talks, and tells what came byte by byte', async () => {
    const told = { end: 'reset', text: 'HTTP', tail: 'HTTP', bytes: 4, firstMs: 2, bodyMs: null, ms: 3 }
    answer = json(200, told)
    expect(await agent.talk({ host: 'web-1', port: 8080, text: 'hello' })).toEqual(told)
    answer = json(200, { ...told, bytes: 'four' })
    await expect(agent.talk({ host: 'web-1', port: 8080, text: 'hello' })).rejects.toMatchObject({
      code: 'AGENT_FAILED',
    })
  })

  it('presses for as long as it takes, and ends it at the signal', async () => {
    const asked: unknown[] = []
    const latencyMs = { p50: 1, p95: 2, p99: 3, max: 4 }
    const given = { requests: 9, ok: 8, failed: 1, byStatus: { 200: 8, 502: 1 }, latencyMs, tookMs: 7_000 }
    answer = async (request, response) => {
      asked.push(request.url, JSON.parse(await text(request)))
      json(200, given)(request, response)
    }
    const wish = { host: 'web-1', port: 8080, path: '/', connections: 3, seconds: 7 }
    expect(await agent.press(wish)).toEqual(given)
    expect(asked).toEqual(['/press', { ...wish, timeoutMs: 5_000 }])
    answer = () => stop.abort()
    const ended = expect(agent.press(wish, stop.signal)).rejects
    await ended.toMatchObject({ code: 'AGENT_FAILED', message: expect.stringContaining('/press at web-1:8080/') })
  })

  it('pushes resources as they are', async () => {
    let pushed = ''
    answer = async (request, response) => {
      pushed = await text(request)
      json(200, {})(request, response)
    }
    const sample = { service: 'a', wallMs: 1, memoryBytes: 2, limitBytes: null, cpuSeconds: 3 }
    await agent.pushResources([sample])
    expect(JSON.parse(pushed)).toEqual([sample])
  })

  it.each([
    ['what the agent said', json(502, { error: 'ECONNREFUSED' }), '/forward to api-1:80/: ECONNREFUSED'],
    ['a status without words', json(500, {}), 'status 500'],
    ['an answer it does not understand', json(200, { status: 'fine' }), 'is not understood'],
    ['no answer', (request: IncomingMessage) => request.socket.destroy(), 'The agent could not do'],
    ['no JSON', (_request: IncomingMessage, response: ServerResponse) => response.end('<html>'), 'could not do'],
  ])('fails as AGENT_FAILED with %s', async (_what, given, message) => {
    answer = given
    const failed = agent.forward({ host: 'api-1', port: 80, path: '/' })
    await expect(failed).rejects.toMatchObject({ code: 'AGENT_FAILED', message: expect.stringContaining(message) })
  })

  const event = (n: number): AgentEvent => ({ n, wallMs: n, kind: 'webhook', receiver: 'oncall', body: { n } })
  const line = (value: unknown) => `${JSON.stringify(value)}\n`

  async function take(count: number, after: number): Promise<number[]> {
    const numbers: number[] = []
    for await (const { n } of agent.events(after, stop.signal)) {
      numbers.push(n)
      if (numbers.length === count) break
    }
    return numbers
  }

  it('gives events as they come, in whatever pieces', async () => {
    answer = (_request, response) => {
      const bytes = line(event(1)) + line({}) + line(event(2))
      response.writeHead(200, { 'x-agent-epoch': 'a' })
      response.write(bytes.slice(0, 20))
      setImmediate(() => response.write(bytes.slice(20)))
    }
    expect(await take(2, 0)).toEqual([1, 2])
  })

  it('goes on after the last number when the stream breaks off, and drops a line that was cut', async () => {
    const asked: (string | undefined)[] = []
    answer = (request, response) => {
      asked.push(request.url)
      response.writeHead(200, { 'x-agent-epoch': 'a' })
      if (asked.length === 1) response.write(line(event(8)) + line(event(9)).slice(0, 15), () => response.destroy())
      else response.write(line(event(9)))
    }
    expect(await take(2, 7)).toEqual([8, 9])
    expect(asked).toEqual(['/events?after=7', '/events?after=8'])
  })

  it('begins anew with an agent that began anew', async () => {
    const asked: (string | undefined)[] = []
    answer = (request, response) => {
      asked.push(request.url)
      response.writeHead(200, { 'x-agent-epoch': asked.length === 1 ? 'a' : 'b' })
      if (asked.length === 1) response.end(line(event(30)))
      else if (request.url === '/events?after=0') response.write(line(event(1)))
      else response.write(line({}))
    }
    expect(await take(2, 29)).toEqual([30, 1])
    expect(asked).toEqual(['/events?after=29', '/events?after=30', '/events?after=0'])
  })

  it('ends at the signal, in the middle of silence too', async () => {
    let listening = false
    answer = (_request, response) => {
      listening = true
      response.writeHead(200, { 'x-agent-epoch': 'a' })
      response.write(line({}), () => stop.abort())
    }
    expect(await take(1, 0)).toEqual([])
    expect(listening).toBe(true)
  })

  it('fails when it may not listen', async () => {
    answer = json(401, { error: 'wrong or missing token' })
    await expect(take(1, 0)).rejects.toMatchObject({ code: 'AGENT_FAILED', message: expect.stringContaining('401') })
  })
})
