import { describe, expect, test } from 'vitest'
import type { FaultSpec } from '../../../src/faults/index.ts'
import { serverScene } from '../../support/fake-servers.ts'
import { faultFor } from '../../support/made-kinds.ts'

type Spec = Extract<FaultSpec, { kind: 'misconfigured-container' }>

const fault = (what: Spec['what']) => {
  return faultFor({ kind: 'misconfigured-container', what, role: 'api', servers: [1] })
}

const cases = [
  ['wrong-port', /port 8080: ECONNREFUSED; it listens on 8088/],
  ['wrong-name', /by its name: ENOTFOUND, by its address: connected/],
  ['fails-to-start', /exit code 64; port 8080: EHOSTUNREACH/],
  ['failing-health-check', /its pages: 200, its health check: 404/],
  ['failing-liveness', /its pages: 200, its health check: 404/],
  ['no-environment', /\/api\/health: 503; DATABASE_URL is not set/],
] as const

describe('a container with a mistake', () => {
  test.each(cases)('%s is seen from outside, and nothing else is', async (what, observation) => {
    const scene = serverScene()
    const { inject, witness } = fault(what)
    expect((await witness.see(scene)).present).toBe(false)
    expect(await inject(scene)).toMatchObject({ outcome: 'in-force', because: expect.stringMatching(observation) })
    expect((await witness.see(scene)).present).toBe(true)
    const others = cases.map(([other]) => other).filter((other) => other !== what && !bothIll(other, what))
    for (const other of others) expect((await fault(other).witness.see(scene)).present, other).toBe(false)
  })

  test.each(cases)('%s: the old container is promised back, and comes back', async (what) => {
    const scene = serverScene()
    const { inject, witness } = fault(what)
    await inject(scene)
    expect(scene.promised.map(({ undo }) => undo.verb)).toEqual(['start', 'remove-container'])
    scene.undoAll()
    expect((await witness.see(scene)).present).toBe(false)
  })

  test('a web server has no database to lose', async () => {
    const scene = serverScene()
    const { inject } = faultFor({ kind: 'misconfigured-container', what: 'no-environment', role: 'web' })
    expect((await inject(scene)).outcome).toBe('rejected')
    expect(scene.promised).toEqual([])
  })

  test('is not said to be in force while nothing is wrong', async () => {
    const scene = serverScene()
    const { replace } = scene.stack
    scene.stack.replace = (name) => replace(name, {})
    expect((await fault('wrong-port').inject(scene)).outcome).toBe('rejected')
  })
})

/** Of the two health checks one is the other with somebody who acts on it. */
const bothIll = (one: string, other: string) => one.startsWith('failing-') && other.startsWith('failing-')

test('a name that is known is not the mistake: its server began to listen between the two questions', async () => {
  const scene = serverScene()
  scene.stack.agent.reach = ({ host }) => {
    const reachable = host !== 'api-1'
    return Promise.resolve({ reachable, because: reachable ? 'connected' : 'ECONNREFUSED', ms: 1 })
  }
  expect((await fault('wrong-name').witness.see(scene)).present).toBe(false)
})
