import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Run } from '../../../../../docker/agent/interposer/detour.ts'
import { interpose } from '../../../../../docker/agent/interposer/program.ts'
import { interposerReport } from '../../../../../src/protocol/interposer.ts'
import { temporaryFolder } from '../../../../support/folder.ts'
import { Client, rawServer } from '../../../../support/interposed.ts'

const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

async function program(more: object = {}) {
  const folder = await temporaryFolder('interposer')
  const { port } = await rawServer((_got, socket: Socket) => void socket.write(whole))
  const asked: string[] = []
  let to = 0
  const run: Run = (argv, input = '') => {
    asked.push(argv.join(' '))
    to = Number(/--to-ports (\d+)/.exec(input)?.[1] ?? to)
    return Promise.resolve({ code: argv.includes('-L') ? 1 : 0, output: '' })
  }
  const wish = {
    server: { host: '127.0.0.1', port },
    speaks: 'http',
    deed: { does: 'status', code: 503 },
    scope: {},
    seed: 1,
    users: [],
    expiresAfterMs: 60_000,
    ...more,
  }
  const reportFile = join(folder, 'of/report.json')
  const ended = new AbortController()
  const over = interpose(JSON.stringify(wish), { ended: ended.signal, run, reportFile })
  const report = () => interposerReport.parse(JSON.parse(readFileSync(reportFile, 'utf8')))
  return { over, end: () => ended.abort(), report, asked, port: () => to }
}

test('says that it is in force, what it did, and that it has ended', async () => {
  const { over, end, report, port, asked } = await program()
  await expect.poll(() => report().state).toBe('in-force')
  const client = new Client(port()).send('GET /a HTTP/1.1\r\n\r\n')
  expect(await client.until('ok')).toContain('503')
  await expect.poll(() => report().users).toEqual({ arrived: 1, matched: 1, done: 1 })
  end()
  await over
  expect(await client.ended()).toMatchObject({ end: 'fin' })
  expect(report()).toMatchObject({ state: 'ended', because: 'it was told to', connections: { open: 0 } })
  expect(asked).toContain('iptables -w -t nat -X BADGATEWAY')
})

test('ends by itself when its time is over', async () => {
  const { over, report } = await program({ expiresAfterMs: 1 })
  await over
  expect(report()).toMatchObject({ state: 'expired' })
})

test('a wish that is not understood is refused before anything is done', async () => {
  const { over, asked } = await program({ deed: { does: 'explode' } })
  await expect(over).rejects.toThrow()
  expect(asked).toEqual([])
})
