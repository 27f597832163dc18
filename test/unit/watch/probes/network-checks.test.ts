import { expect, test } from 'vitest'
import { fakeStack } from '../../../support/fake-stack.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { probing } from '../../../support/probing.ts'
import { procNet } from '../../../support/proc-net.ts'
import { fakeView } from '../../../support/view.ts'

const probe = probeFor({ kind: 'network-checks', service: 'proxy', over: 1_000 })

type Counts = Parameters<typeof procNet>[0]
const quiet: Counts = { packets: 300, segments: 150 }

/** What is found when each container counts so at the second look; at the first all count the same. */
function finds(second: Counts, dead: readonly string[] = [], { portOnly = false, onlyAt = '', unread = '' } = {}) {
  const stack = fakeStack()
  for (const name of dead) {
    const { state } = stack.service(name)
    stack.dead.add(name)
    if (portOnly) stack.service(name).state = async () => ({ ...(await state()), running: true })
  }
  for (const service of stack.services) {
    let looks = 0
    const exec = () => {
      looks += 1
      if (looks === 1 && service.name === unread) return Promise.reject(new Error('no answer'))
      const then = onlyAt === '' || onlyAt === service.name ? second : quiet
      return Promise.resolve({ code: 0, output: procNet(looks === 1 ? { packets: 100, segments: 50 } : then) })
    }
    Object.assign(service, { exec })
  }
  probing(stack, 'proxy')
  return probe.look(fakeView({ stack }))
}

test('packets that all arrive, and every port that takes a connection', async () => {
  const { finding, because } = await finds({ packets: 300, segments: 150, refused: 40 })
  expect(finding).toBe('clean')
  expect(because).toContain('4 of 4 servers answer a connection from proxy')
  expect(because).toContain('0 of 500 segments sent again')
})

test.each([
  ['dropped', { packets: 300, segments: 150, dropped: 1 }],
  ['damaged', { packets: 300, segments: 150, damaged: 1 }],
  ['sent again', { packets: 300, segments: 150, again: 5 }],
  ['without a route', { packets: 300, segments: 150, unroutable: 1 }],
  ['none at all', { packets: 100, segments: 50 }],
])('packets %s: not clean', async (_, second) => {
  expect((await finds(second)).finding).toBe('not clean')
})

test('knocking again at a server that is down loses nothing', async () => {
  expect((await finds({ packets: 300, segments: 150, again: 60, knocks: 60 })).finding).toBe('clean')
})

test('a server that does not run says nothing about the network', async () => {
  const { finding, because } = await finds({ packets: 300, segments: 150 }, ['api-1'])
  expect(finding).toBe('clean')
  expect(because).toContain('did not run all the time: api-1; 3 of 3 servers answer a connection')
})

test.each([
  ['proxy', 'clean'],
  ['web-1', 'not clean'],
])('what %s sends again while a server is down: %s', async (onlyAt, finding) => {
  expect((await finds({ ...quiet, again: 30 }, ['api-1'], { onlyAt })).finding).toBe(finding)
  expect((await finds({ ...quiet, again: 30 }, [], { onlyAt })).finding).toBe('not clean')
})

test('what a kernel had counted before it could be read is no loss of now', async () => {
  const seen = await finds({ ...quiet, dropped: 7 }, [], { unread: 'web-1', onlyAt: 'web-1' })
  expect(seen.finding).toBe('clean')
})

test('a server that runs and takes no connection: not clean', async () => {
  const { finding, because } = await finds({ packets: 300, segments: 150 }, ['api-1'], { portOnly: true })
  expect(finding).toBe('not clean')
  expect(because).toContain('3 of 4 servers answer a connection from proxy; not api-1 (connection refused)')
})
