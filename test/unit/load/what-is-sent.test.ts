// @group measured 7s
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createServer as createSecure } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { serve, whole } from '../../../bench/support/servers.ts'
import type { TargetSpec } from '../../../src/load/index.ts'
import { filled } from '../../../src/load/mix/fill.ts'
import { requestSpec } from '../../../src/load/types.ts'
import { Cookies } from '../../../src/load/users/cookies.ts'
import { certificate, key } from '../../support/certificate.ts'
import { runPressure, runUsers } from './run.ts'

type Targets = string | readonly TargetSpec[]

/** Twenty requests of each generator; the classes of both. */
async function both(target: Targets, spec: object = {}) {
  const users = await runUsers(target, 200, { ratePerS: 100, ...spec })
  const pressure = await runPressure(target, 200, { connections: 2, ratePerS: 100, ...spec })
  return [users.summary.ledger, pressure.summary.ledger]
}

async function listening(server: Server, at: { path: string } | { port: number }): Promise<number> {
  await new Promise<void>((done) => server.listen({ host: '127.0.0.1', ...at }, done))
  onTestFinished(() => void server.close())
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

async function secureTarget(): Promise<string> {
  const server = createSecure({ key, cert: certificate }, (_, response) => response.end('ok'))
  return `https://127.0.0.1:${await listening(server, { port: 0 })}`
}

describe('headers, bodies and what is filled in', () => {
  test('both generators send them', async () => {
    await using server = await serve((socket, { path, method, headers, body }) => {
      const { authorization, 'content-type': type } = headers
      const right =
        authorization === (path === '/own' ? 'Bearer own' : 'Basic dXNlcjpzZWNyZXQ=') &&
        (path === '/own' ? body === '{"a":"t0ken"}' && type === 'application/merge-patch+json' : body === '')
      socket.write(whole(right && method === (path === '/own' ? 'PATCH' : 'OPTIONS') ? 200 : 400))
    })
    const headers = { Authorization: 'Bearer own', 'Content-Type': 'application/merge-patch+json' }
    const mix = [
      { method: 'PATCH', path: '/own', headers, body: `{"a":"\${env:TOKEN}"}` },
      { method: 'OPTIONS', path: '/all' },
    ]
    const parsed = filled(
      mix.map((one) => requestSpec.parse(one)),
      { TOKEN: 't0ken' },
    )
    const ledgers = await both([{ target: server.url, credentials: 'user:secret' }], { mix: parsed })
    expect(ledgers).toEqual([{ http_200: 20 }, { http_200: 20 }])
  })

  test('bytes stay as they are', async () => {
    await using server = await serve((socket) => socket.write(whole(200)))
    const bytes = Buffer.from([0, 255, 128, 13, 10])
    await runUsers(server.url, 20, { mix: [{ method: 'PUT', path: '/', bodyBase64: bytes.toString('base64') }] })
    expect(server.heard[0]).toMatchObject({
      body: bytes.toString('latin1'),
      headers: { 'content-type': 'application/octet-stream', 'content-length': '5' },
    })
  })

  test('what the environment lacks, or what is no header, is refused and not shown', () => {
    const mix = [requestSpec.parse({ path: '/', headers: { a: `x \${env:T}` }, body: { deep: [`\${env:U}`] } })]
    expect(filled(mix, { T: '1', U: '2' })).toMatchObject([{ headers: { a: 'x 1' }, body: { deep: ['2'] } }])
    expect(() => filled(mix, { T: '1' })).toThrow('0.body.deep.0: the environment has no U')
    expect(() => filled(mix, { T: 'se\ncret', U: '' })).toThrow(/^0\.headers\.a: what x \$\{env:T\} stands for cannot/)
  })

  test.each([
    [{ 'content-length': '1' }, 'one that the load generator sets'],
    [{ 'X-Request-Id': '1' }, 'one that the load generator sets'],
    [{ 'a b': '1' }, 'no name of a header'],
    [{ a: 'x\r\ny: z' }, 'no value of a header'],
    [{ a: '1', A: '2' }, 'the same header twice'],
  ])('%j is refused', (headers, why) => {
    expect(JSON.stringify(requestSpec.safeParse({ path: '/', headers }).error?.issues)).toContain(why)
  })
})

describe('where it is sent', () => {
  test('over TLS, by the certificate of a CA', async () => {
    const target = await secureTarget()
    const trusted = { target, tls: { name: 'localhost', ca: certificate, insecure: false } }
    expect(await both([trusted])).toEqual([{ http_200: 20 }, { http_200: 20 }])
  })

  test('over TLS, whatever the certificate', async () => {
    const target = await secureTarget()
    const insecure = { target, tls: { name: 'elsewhere', insecure: true } }
    expect(await both([insecure])).toEqual([{ http_200: 20 }, { http_200: 20 }])
  })

  test('never over TLS that nobody vouches for', async () => {
    const target = await secureTarget()
    const strict = { target, tls: { name: 'localhost', insecure: false } }
    const [users, pressure] = await both([strict])
    expect(users).toEqual({ tls_failed: 20 })
    expect(Object.keys(pressure ?? {})).toContain('tls_failed')
    expect(pressure).not.toHaveProperty('http_200')
  })

  test('to a Unix socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'badgateway-test-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const socketPath = join(folder, 's')
    await listening(
      createServer((_, response) => response.end('ok')),
      { path: socketPath },
    )
    expect(await both([{ target: 'http://localhost', socketPath }])).toEqual([{ http_200: 20 }, { http_200: 20 }])
    const gone = await runUsers([{ target: 'http://localhost', socketPath: `${socketPath}x` }], 200, { ratePerS: 100 })
    expect(gone.summary.ledger).toEqual({ connect_refused: 20 })
  })

  test('to several targets in turn', async () => {
    await using one = await serve((socket) => socket.write(whole(200)))
    await using two = await serve((socket) => socket.write(whole(200)))
    const mix = [{ path: '/a' }, { path: '/b' }]
    await both([{ target: one.url }, { target: two.url }], { mix })
    for (const { heard } of [one, two]) {
      expect(heard.filter(({ path }) => path === '/a')).toHaveLength(10)
      expect(heard.filter(({ path }) => path === '/b')).toHaveLength(10)
    }
  })
})

describe('cookies', () => {
  test('each user keeps its own, as a browser does', async () => {
    await using server = await serve((socket, { headers }) => {
      const set = headers['cookie'] ? '' : `set-cookie: id=${headers['x-user-id']}; Path=/; HttpOnly\r\n`
      socket.write(whole(200).replace('\r\n', `\r\n${set}`))
    })
    await runUsers(server.url, 100, { users: 4, cookies: true, mix: [{ path: '/', headers: { cookie: 'own=1' } }] })
    expect(server.heard.every(({ headers }) => headers['cookie'] === 'own=1')).toBe(true)
    server.heard.splice(0)
    await runUsers(server.url, 400, { ratePerS: 50, users: 4, cookies: true })
    const later = server.heard.slice(-4)
    expect(later).toHaveLength(4)
    for (const { headers } of later) expect(headers['cookie']).toBe(`id=${headers['x-user-id']}`)
  })

  test('paths, ends and secrets', () => {
    const cookies = new Cookies()
    cookies.keep('u', '/shop/cart', ['a=1', 'b=2; Path=/', 'c=3; Secure; Path=/', 'd=4; Max-Age=1'], 0)
    expect(cookies.of('u', '/shop/x?y', false, 500)).toBe('a=1; d=4; b=2')
    expect(cookies.of('u', '/shop', true, 2_000)).toBe('a=1; b=2; c=3')
    expect(cookies.of('u', '/shopping', false, 0)).toBe('b=2')
    cookies.keep('u', '/', ['b=; Path=/; Max-Age=0', 'nothing', 'x'.repeat(5_000)], 0)
    expect(cookies.of('u', '/', false, 0)).toBe('')
    expect(cookies.of('v', '/shop/', true, 0)).toBe('')
    for (let n = 0; n < 60; n += 1) cookies.keep('w', '/', [`k${n}=1`], 0)
    expect(cookies.of('w', '/', false, 0).split('; ')).toHaveLength(50)
  })
})
