import { describe, expect, test } from 'vitest'
import type { FaultSpec } from '../../../src/faults/index.ts'
import { serverScene } from '../../support/fake-servers.ts'
import { faultFor } from '../../support/made-kinds.ts'

type Spec = Extract<FaultSpec, { kind: 'packet-filter' }>

const fault = (how: Spec['how'], at: Spec['at'] = 'servers') =>
  faultFor({ kind: 'packet-filter', how, at, role: 'web', servers: [1] })

describe('a packet filter', () => {
  test.each([
    ['reject', 'servers', 'ECONNREFUSED'],
    ['drop', 'servers', 'ETIMEDOUT'],
    ['drop-new', 'proxy', 'ETIMEDOUT'],
    ['reject-new', 'proxy', 'ECONNREFUSED'],
  ] as const)('%s at the %s is seen by who cannot connect to a server that listens', async (how, at, because) => {
    const scene = serverScene()
    const { inject, witness } = fault(how, at)
    expect(await witness.see(scene)).toMatchObject({ present: false, because: expect.stringContaining('connected') })
    const { outcome, evidence } = await inject(scene)
    expect(outcome).toBe('in-force')
    expect(evidence['counters']).toEqual(['3 packets, 180 bytes'])
    const seen = await witness.see(scene)
    expect(seen).toEqual({ present: true, because: expect.stringContaining(`web-1 listens, and answers ${because}`) })
    scene.undoAll()
    expect((await witness.see(scene)).present).toBe(false)
  })

  test('is promised away before it is made: first its chain, then who made it', async () => {
    const scene = serverScene()
    await fault('drop').inject(scene)
    expect(scene.promised.map(({ undo }) => undo.verb)).toEqual(['remove-container', 'flush-firewall'])
  })

  test('is not what keeps a server from answering that does not listen', async () => {
    const scene = serverScene()
    await faultFor({ kind: 'backend-offline', how: 'port', role: 'web', servers: [1] }).inject(scene)
    const { present, because } = await fault('reject').witness.see(scene)
    expect([present, because]).toEqual([false, expect.stringContaining('does not listen')])
    await fault('reject').inject(scene)
    const closed = faultFor({ kind: 'backend-offline', how: 'port', role: 'web', servers: [1] })
    expect((await closed.witness.see(scene)).present).toBe(true)
  })

  test('is not what refused before the server listened', async () => {
    const scene = serverScene()
    await faultFor({ kind: 'backend-offline', how: 'port', role: 'web', servers: [1] }).inject(scene)
    const { reach } = scene.stack.agent
    // It begins to listen when it has been knocked at.
    scene.stack.agent.reach = async (target) => {
      const answer = await reach(target)
      scene.undoAll()
      return answer
    }
    const { present, because } = await fault('reject').witness.see(scene)
    expect([present, because]).toEqual([false, expect.stringContaining('does not listen')])
  })
})
