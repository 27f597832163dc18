import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { type Detour, Unsupported } from '../../../../../docker/agent/interposer/interposer.ts'
import { interposerReport } from '../../../../../src/protocol/interposer.ts'
import { Client, fakeWait, interposed, rawServer } from '../../../../support/interposed.ts'

const get = (path = '/') => `GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`
const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const last = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'
const answering = () => rawServer((_got, socket: Socket) => void socket.write(whole))
const deed = { does: 'status', code: 503 } as const

function detour(begin: Detour['begin'] = () => Promise.resolve(3)) {
  const told: string[] = []
  return {
    told,
    detour: {
      begin: (port: number, mayCut: () => Promise<boolean>) => {
        told.push(`begin ${port > 0}`)
        return begin(port, mayCut)
      },
      end: () => Promise.resolve(void told.push('end')),
    },
  }
}

test('it is in force when what arrives comes to it, and says what it cut', async () => {
  const { port } = await answering()
  const way = detour()
  const interposer = await interposed({ port, wished: { deed }, detour: way.detour })
  const report = interposer.report()
  expect(interposerReport.parse(report)).toEqual(report)
  expect(report).toMatchObject({ state: 'in-force', cut: 3, lookPort: interposer.lookPort })
  expect(way.told).toEqual(['begin true'])
})

test('where clients are told to connect anew, it is in force before it cuts what is left', async () => {
  const { port } = await answering()
  const time = fakeWait()
  const cut: boolean[] = []
  const begin: Detour['begin'] = async (_port, mayCut) => {
    cut.push(await mayCut())
    return 2
  }
  const begun = interposed({ port, wished: { deed, patientMs: 500 }, wait: time.wait, detour: detour(begin).detour })
  const { pass } = await time.next((ms) => ms === 500)
  expect(cut).toEqual([])
  pass()
  expect((await begun).report()).toMatchObject({ state: 'in-force', cut: 2 })
  expect(cut).toEqual([true])
})

test('it expires by itself: its rules go, and what is open goes through', async () => {
  const { port } = await answering()
  const way = detour()
  const time = fakeWait()
  const wished = { deed: { does: 'hang', at: 'headers' }, expiresAfterMs: 600, scope: { path: '/slow' } } as const
  const interposer = await interposed({ port, wished, wait: time.wait, detour: way.detour })
  const [hung, kept] = [new Client(interposer.port).send(get('/slow')), new Client(interposer.port).send(get('/'))]
  await kept.until('ok')
  await expect.poll(() => interposer.report().users.done).toBe(1)
  const { pass } = await time.next((ms) => ms === 600)
  pass()
  expect(await hung.ended()).toMatchObject({ end: 'reset' })
  const cold = await time.next((ms) => ms === 200)
  cold.pass()
  expect(await kept.ended()).toEqual({ text: whole, end: 'fin' })
  expect(way.told).toEqual(['begin true', 'end'])
  expect(interposer.report()).toMatchObject({ state: 'expired', because: 'it was meant for 600 ms' })
})

test('what is on its way when it ends is answered by the server, and is the last on its connection', async () => {
  const server = await rawServer(() => undefined)
  const interposer = await interposed({ port: server.port, wished: { deed } })
  const client = new Client(interposer.port).send(get())
  await expect.poll(() => server.got.length).toBe(1)
  await interposer.end('it was undone')
  for (const socket of server.sockets) socket.write(whole)
  expect(await client.ended()).toEqual({ text: last, end: 'fin' })
  expect(interposer.report()).toMatchObject({ state: 'ended', because: 'it was undone', users: { done: 0 } })
})

test('a connection that is used again as it ends is closed with that answer, and not before a request', async () => {
  const { port } = await answering()
  const time = fakeWait()
  const interposer = await interposed({ port, wished: { deed, scope: { path: '/no' } }, wait: time.wait })
  const client = new Client(interposer.port).send(get())
  await client.until('ok')
  await interposer.end('it was undone')
  client.send(get('/again'))
  expect(await client.ended()).toEqual({ text: whole + last, end: 'fin' })
})

test.each([
  ['unsupported', new Unsupported('no REDIRECT'), 'no REDIRECT'],
  ['ended', new Error('iptables ended with 4'), 'ended with 4'],
] as const)('where it cannot begin it is %s, and takes no connection', async (state, thrown, because) => {
  const { port } = await answering()
  const way = detour(() => Promise.reject(thrown))
  const interposer = await interposed({ port, wished: { deed }, detour: way.detour })
  expect(interposer.report()).toMatchObject({ state, because: expect.stringContaining(because) })
  expect(interposer.port).toBe(0)
})

test('whoever is no user is met by numbers of their own, and counted apart', async () => {
  const { port } = await answering()
  const wished = { deed, scope: { every: 2 }, users: ['10.1.1.1'] }
  const interposer = await interposed({ port, wished })
  const client = new Client(interposer.port)
  client.send(get())
  await client.until('ok')
  client.send(get())
  expect(await client.until('503')).toContain('HTTP/1.1 503')
  expect(interposer.report()).toMatchObject({
    users: { arrived: 0, matched: 0, done: 0 },
    others: { arrived: 2, matched: 2 - 1, done: 1 },
    rows: [],
    keys: [],
  })
})

test('a look is met at once, whatever the scope says, and is counted by nobody', async () => {
  const { port } = await answering()
  const interposer = await interposed({ port, wished: { deed, scope: { every: 1_000, path: '/a' } } })
  expect(await new Client(interposer.lookPort).send(get('/a')).until('ok')).toContain('HTTP/1.1 503')
  expect(await new Client(interposer.lookPort).send(get('/b')).until('ok')).toContain('HTTP/1.1 503')
  expect(await new Client(interposer.port).send(get('/a')).until('ok')).toBe(whole)
  expect(interposer.report().users).toEqual({ arrived: 1, matched: 0, done: 0 })
})

test('what is meant at accept are connections, and their requests are not counted beside them', async () => {
  const { port } = await answering()
  const wished = { deed: { does: 'reset', at: 'accept' }, scope: { every: 2 } } as const
  const interposer = await interposed({ port, wished })
  const first = new Client(interposer.port).send(get())
  expect(await first.until('ok')).toBe(whole)
  expect(await new Client(interposer.port).ended()).toEqual({ text: '', end: 'reset' })
  expect(interposer.report().rows).toEqual([{ method: '(connection)', path: '', arrived: 2, matched: 1, done: 1 }])
})

test('one pipelined request that is meant waits for the answers before it', async () => {
  const { port, got } = await rawServer((text, socket) => {
    for (const _request of text.matchAll(/GET/g)) socket.write(whole)
  })
  const wished = { deed: { does: 'reset', at: 'request' }, scope: { path: '/bad' } } as const
  const interposer = await interposed({ port, wished })
  const client = new Client(interposer.port).send(get('/1') + get('/2') + get('/bad') + get('/4'))
  expect(await client.ended()).toEqual({ text: whole + whole, end: 'reset' })
  expect(got.join('')).toBe(get('/1') + get('/2'))
})

test('more connections than it has room for are reset, and that is told', async () => {
  const { port } = await answering()
  const interposer = await interposed({ port, wished: { deed }, mostConnections: 2 })
  const kept = [new Client(interposer.port).send(get()), new Client(interposer.port).send(get())]
  for (const client of kept) await client.until('ok')
  expect(await new Client(interposer.port).ended()).toEqual({ text: '', end: 'reset' })
  expect(interposer.report().connections).toEqual({ taken: 2, open: 2, refused: 1 })
})

test('a head that never ends is held back up to its cap, and then passed on', async () => {
  const server = await rawServer(() => undefined)
  const interposer = await interposed({ port: server.port, wished: { deed } })
  const endless = `GET / HTTP/1.1\r\nA: ${'x'.repeat(300_000)}`
  new Client(interposer.port).send(endless)
  await expect.poll(() => server.got.join('').length).toBe(endless.length)
  expect(interposer.report().rows).toMatchObject([{ method: '(not HTTP)', matched: 0 }])
})
