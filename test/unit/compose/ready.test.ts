import type Dockerode from 'dockerode'
import { expect, test } from 'vitest'
import { limitOf, readinessOf } from '../../../src/compose/ready.ts'

type Inspected = Dockerode.ContainerInspectInfo

function container(
  state: object,
  { restart = 'no', restarts = 0, health }: { restart?: string; restarts?: number; health?: object } = {},
) {
  const State = { Status: 'running', Running: true, ExitCode: 0, ...state }
  const told = {
    State,
    HostConfig: { RestartPolicy: { Name: restart } },
    RestartCount: restarts,
    Config: { Healthcheck: health },
  }
  return told as unknown as Inspected
}

const ended = (ExitCode: number) => ({ Status: 'exited', Running: false, ExitCode })

test.each<[string, Inspected, unknown]>([
  ['runs', container({}), 'ready'],
  ['is healthy', container({ Health: { Status: 'healthy' } }), 'ready'],
  ['is starting', container({ Health: { Status: 'starting' } }), 'coming'],
  ['is not started yet', container({ Status: 'created', Running: false }), 'coming'],
  ['did its work', container(ended(0)), 'ready'],
  [
    'did its work, and is to be started again only when it fails',
    container(ended(0), { restart: 'on-failure' }),
    'ready',
  ],
  ['fails and is started again', container(ended(1), { restart: 'always' }), 'coming'],
  ['was started again', container({}, { restart: 'always', restarts: 2 }), 'coming'],
  ['is between two starts', container({ Status: 'restarting', Restarting: true }, { restart: 'always' }), 'coming'],
  ['failed', container(ended(3)), { never: 'ended with 3' }],
  ['is unhealthy', container({ Health: { Status: 'unhealthy' } }), { never: 'is unhealthy, as its healthcheck says' }],
])('a container that %s', (_, found, readiness) => {
  expect(readinessOf(found)).toEqual(readiness)
})

test('the limit follows from its healthcheck, and is said', () => {
  const s = 1_000_000_000
  const health = { Test: ['CMD', 'x'], Interval: 2 * s, Timeout: s, Retries: 4, StartPeriod: 10 * s }
  expect(limitOf(container({}, { health }))).toEqual({
    ms: 10_000 + 5 * 3_000 + 30_000,
    because: 'its healthcheck has 4 retries, 2.0 s apart',
  })
  expect(limitOf(container({}, { health: { Test: ['CMD', 'x'] } })).ms).toBe(4 * 60_000 + 30_000)
  const none = { ms: 30_000, because: 'it has no healthcheck, so that is the limit' }
  expect(limitOf(container({}))).toEqual(none)
  expect(limitOf(container({}, { health: { Test: ['NONE'] } }))).toEqual(none)
})
