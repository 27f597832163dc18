import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import Dockerode from 'dockerode'
import { expect, test } from 'vitest'
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
