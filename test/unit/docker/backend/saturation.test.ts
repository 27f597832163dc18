// @group measured
import { Agent, get as httpGet } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { behaviours } from '../../../../docker/backend/behaviours/index.ts'
import { behaviourNames } from '../../../../src/protocol/behaviours.ts'
import { get, TestBackend } from '../../../support/backend.ts'

it('knows by name what scenarios may ask for, in the order in which it acts', () => {
  expect(behaviours.map(({ name }) => name)).toEqual(behaviourNames)
})

describe('a backend that takes no more', () => {
  let backend: TestBackend
  let port: number
  beforeEach(async () => {
    backend = await TestBackend.start()
    port = backend.port
  })
  afterEach(() => backend.stop())

  const statusOn = (agent: Agent) =>
    new Promise<number | string>((resolve) => {
      httpGet({ port, agent }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode ?? 0))
      }).once('error', (thrown: NodeJS.ErrnoException) => resolve(thrown.code ?? ''))
    })

  it('refuses new connections and serves on those it has, until the port is open again: closed-port', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    expect(await statusOn(agent)).toBe(200)
    backend.conduct.set({ 'closed-port': {} })
    expect(await statusOn(agent)).toBe(200)
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    backend.conduct.set({ 'closed-port': {}, latency: { ms: 1 } })
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    backend.conduct.set({})
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200)
    agent.destroy()
  })

  it('ends the connections it has too when told so: closed-port', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    expect(await statusOn(agent)).toBe(200)
    backend.conduct.set({ 'closed-port': { connections: 'end' } })
    expect(await statusOn(agent)).toMatch(/ECONNREFUSED|ECONNRESET/)
    agent.destroy()
  })

  it('serves so many at once, lets so many wait, and drops the rest: capacity', async () => {
    backend.conduct.set({ capacity: { concurrent: 2, ms: 400, queue: 1 } })
    const begun = performance.now()
    const ended = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const { text, ended: how } = await backend.send(get('/'), 1_500)
        return { how: text === '' ? how : text.slice(9, 12), at: performance.now() - begun }
      }),
    )
    expect(ended.map(({ how }) => how).sort()).toEqual(['200', '200', '200', 'ECONNRESET', 'ECONNRESET'])
    expect((await backend.send(get('/'), 1_000)).text).toContain('200 OK')
  })

  it('says that it is busy when told so, and forgets those who went away: capacity', async () => {
    backend.conduct.set({ capacity: { concurrent: 1, ms: 400, queue: 1, full: 'busy' } })
    const served = backend.send(get('/'), 1_000)
    const impatient = backend.send(get('/'), 200)
    await expect.poll(() => backend.fetch('/').then(({ status }) => status)).toBe(503)
    expect((await impatient).ended).toBe('still-open')
    expect((await served).text).toContain('200 OK')
    expect((await backend.fetch('/')).status).toBe(200)
  })
})
