import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import Dockerode from 'dockerode'
import { expect, onTestFinished, test, vi } from 'vitest'
import { realClock } from '../../../src/kit/clock.ts'
import { streamsOf } from '../../../src/stack/streams.ts'
import type { Service } from '../../../src/stack/types.ts'

test('a stream that comes after the end is ended, or it would keep the process alive', async () => {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const asked = Promise.withResolvers<NodeJS.ReadableStream>()
  docker.getEvents = () => asked.promise
  const ending = new AbortController()
  streamsOf(docker, () => []).events(() => undefined, ending.signal)
  ending.abort()
  const late = new PassThrough()
  asked.resolve(late)
  await turn()
  expect(late.destroyed).toBe(true)
})

test('the log of a container that is down is not asked for again before it runs', async () => {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  let running = false
  let looks = 0
  let asked = 0
  const inspect = () => {
    looks += 1
    return Promise.resolve({ State: { Running: running, Restarting: false } })
  }
  const logs = () => {
    asked += 1
    return Promise.resolve(PassThrough.from([]))
  }
  docker.getContainer = () => Object.assign(Object.create(Dockerode.Container.prototype), { inspect, logs, modem })
  const modem = { demuxStream: (stream: NodeJS.ReadableStream) => stream.resume() }
  const service = { name: 'web-1', containerId: 'a'.repeat(12) } as Service
  const ending = new AbortController()
  streamsOf(docker, () => [service]).logs(() => undefined, ending.signal)
  await expect.poll(() => looks).toBeGreaterThan(2)
  expect(asked).toBe(1)
  running = true
  await expect.poll(() => asked).toBeGreaterThan(1)
  ending.abort()
})

/** A container that gives its log in this way, and what was told of its loss. Nobody pauses before he asks again. */
function following(logs: () => Promise<NodeJS.ReadableStream>) {
  const pauses = vi.spyOn(realClock, 'sleep').mockImplementation(() => turn())
  onTestFinished(() => pauses.mockRestore())
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const seen: string[] = []
  const inspect = () => Promise.reject(new Error('busy'))
  const modem = { demuxStream: () => undefined }
  docker.getContainer = () => Object.assign(Object.create(Dockerode.Container.prototype), { logs, inspect, modem })
  const service = { name: 'web-1', containerId: 'a'.repeat(12) } as Service
  const ending = new AbortController()
  const onLost = (what: string, why: string) => seen.push(`${what}: ${why}`)
  streamsOf(docker, () => [service]).logs(() => undefined, ending.signal, onLost)
  return { seen, end: () => ending.abort() }
}

/** One whose log the engine refuses, and how often it was asked. */
function refusing(refusal: Error) {
  const count = { asked: 0 }
  const logs = () => {
    count.asked += 1
    return Promise.reject(refusal)
  }
  return { count, ...following(logs) }
}

test('a log that the engine keeps on refusing is told, once', async () => {
  const { seen, count, end } = refusing(new Error('configured logging driver does not support reading'))
  await expect.poll(() => count.asked, { timeout: 10_000 }).toBeGreaterThan(12)
  end()
  expect(seen).toEqual(['the log of web-1: configured logging driver does not support reading'])
})

test('a log that breaks off now and then, and is given again each time, is no loss', async () => {
  let times = 0
  const logs = () => {
    times += 1
    if (times % 2 === 1) return Promise.reject(new Error('busy'))
    const stream = new PassThrough()
    setImmediate(() => stream.destroy())
    return Promise.resolve(stream)
  }
  const { seen, end } = following(logs)
  await expect.poll(() => times, { timeout: 10_000 }).toBeGreaterThan(24)
  end()
  expect(seen).toEqual([])
})

test('a container that is gone is not asked for again, and that is no loss', async () => {
  const { seen, count, end } = refusing(Object.assign(new Error('no such container'), { statusCode: 404 }))
  for (let turns = 0; turns < 50; turns += 1) await turn()
  end()
  expect([count.asked, seen]).toEqual([1, []])
})

test('events that nobody heard because the first stream broke at once are asked for again', async () => {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const asked: unknown[] = []
  docker.getEvents = (options?: object) => {
    asked.push(options && 'since' in options ? Number(options.since) : undefined)
    return Promise.resolve(PassThrough.from([]))
  }
  const ending = new AbortController()
  streamsOf(docker, () => []).events(() => undefined, ending.signal)
  await expect.poll(() => asked.length).toBeGreaterThan(1)
  ending.abort()
  expect(asked.slice(0, 2)).toEqual([undefined, expect.any(Number)])
})

test('what becomes of a container is told though another one stands for its service meanwhile', async () => {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const stream = new PassThrough()
  docker.getEvents = () => Promise.resolve(stream)
  const [old, other] = ['a'.repeat(12), 'b'.repeat(12)]
  let service = { name: 'web-1', containerId: old } as Service
  const heard: unknown[] = []
  const ending = new AbortController()
  streamsOf(docker, () => [service]).events(
    ({ container, service: name }) => heard.push([name, container]),
    ending.signal,
  )
  service = { ...service, containerId: other }
  const event = (ID: string, timeNano: number) =>
    stream.write(`${JSON.stringify({ Type: 'container', Action: 'start', timeNano, Actor: { ID } })}\n`)
  for (const [at, id] of [other, old, 'c'.repeat(12)].entries()) event(id, at + 1)
  await expect.poll(() => heard.length).toBeGreaterThan(1)
  ending.abort()
  expect(heard).toEqual([
    ['web-1', other],
    ['web-1', old],
  ])
})
