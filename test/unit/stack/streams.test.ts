import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import Dockerode from 'dockerode'
import { expect, test } from 'vitest'
import { streamsOf } from '../../../src/stack/streams.ts'

test('a stream that comes after the end is ended, or it would keep the process alive', async () => {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const asked = Promise.withResolvers<NodeJS.ReadableStream>()
  docker.getEvents = () => asked.promise
  const ending = new AbortController()
  streamsOf(docker, 'run', () => []).events(() => undefined, ending.signal)
  ending.abort()
  const late = new PassThrough()
  asked.resolve(late)
  await turn()
  expect(late.destroyed).toBe(true)
})
