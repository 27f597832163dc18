import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { talk } from '../../../../docker/agent/talk.ts'
import { talkLimits } from '../../../../src/protocol/talk.ts'
import { listening, rawServer } from '../../../support/interposed.ts'

const to = (port: number, text = 'hello', timeoutMs = 5_000) => talk({ host: 'localhost', port, text, timeoutMs })
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

test('tells what came, and that it ended in order', async () => {
  const { port, got } = await rawServer((_got, socket) => void socket.end(answer))
  const told = await to(port)
  expect(told).toMatchObject({ end: 'fin', text: answer, tail: answer.slice(-talkLimits.tail), bytes: answer.length })
  expect([told.firstMs, told.bodyMs].every((ms) => ms !== null && ms >= 0 && ms <= told.ms)).toBe(true)
  expect(got).toEqual(['hello'])
})

test('tells a reset from an end', async () => {
  const { port } = await rawServer((_got, socket) => void socket.resetAndDestroy())
  expect(await to(port)).toMatchObject({ end: 'reset', text: '', bytes: 0, firstMs: null, bodyMs: null })
})

test('does not wait longer than it may', async () => {
  const { port } = await rawServer((_got, socket) => void socket.write('HTTP/1.1 200 OK\r\n'))
  expect(await to(port, 'hello', 60)).toMatchObject({ end: 'open', bytes: 17, bodyMs: null })
})

test('says why it was not heard', async () => {
  const closed = createServer()
  const port = await listening(closed)
  await new Promise((resolve) => closed.close(resolve))
  expect(await to(port)).toMatchObject({ end: 'ECONNREFUSED', bytes: 0 })
})

test('keeps the begin and the end of what never ends', async () => {
  const { port } = await rawServer((_got, socket) => {
    const more = () => {
      while (socket.write(Buffer.alloc(65_536, 'x')));
    }
    socket.on('drain', more)
    more()
  })
  const told = await to(port)
  expect(told.end).toBe('open')
  expect(told.text.length).toBe(talkLimits.text)
  expect(told.bytes).toBeGreaterThan(talkLimits.read)
})
