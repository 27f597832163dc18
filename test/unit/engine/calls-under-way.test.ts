import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Call, CallBook, tellCall, watchCalls } from '../../../src/engine/calls-under-way.ts'
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts'

let engine: FakeEngine
beforeEach(async () => {
  engine = await fakeEngine()
})
afterEach(() => engine.close())

test('what this process asks of the engine is told, whoever asks, and nothing when it is over', async () => {
  const calls: Call[] = []
  const stop = watchCalls((call) => calls.push(call))
  engine.volumes.set('logs', { labels: { badgateway: 'r1' } })
  engine.disturb((call) => (call.startsWith('POST /containers/create') ? { status: 500, message: 'no' } : undefined))
  await engine.docker.createContainer({ Image: 'x' }).catch(() => undefined)
  await engine.docker.listContainers()
  await engine.docker.getVolume('logs').remove()
  stop()
  await engine.docker.createContainer({ Image: 'x' }).catch(() => undefined)
  expect(calls).toEqual([
    { kind: 'container', did: 'begin' },
    { kind: 'container', did: 'failed' },
    { kind: 'volume', did: 'removed' },
  ])
})

test('what calls under way may still make is known by how much is there', () => {
  const book = new CallBook()
  const things = (...ids: string[]) => ids.map((id) => ({ kind: 'container' as const, id }))
  expect(book.isComplete([])).toBe(true)
  for (const did of ['begin', 'made', 'begin', 'made', 'removed', 'begin', 'begin'] as const) {
    book.take({ kind: 'container', did })
  }
  expect(book.isComplete(things('a', 'b'))).toBe(false)
  expect(book.isComplete(things('a', 'a', 'b'))).toBe(false)
  expect(book.isComplete(things('a', 'b', 'c'))).toBe(true)
  book.take({ kind: 'container', did: 'failed' })
  expect(book.isComplete(things('a', 'b'))).toBe(true)
  book.take({ kind: 'network', did: 'begin' })
  expect(book.isComplete(things('a', 'b', 'c'))).toBe(false)
})

test('what a program of ours asks of the engine is told as our own, until it is over', () => {
  const calls: Call[] = []
  const stop = watchCalls((call) => calls.push(call))
  tellCall({ kind: 'container', did: 'begin' })
  stop()
  tellCall({ kind: 'container', did: 'made' })
  expect(calls).toEqual([{ kind: 'container', did: 'begin' }])
})
