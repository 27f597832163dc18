import { describe, expect, test } from 'vitest'
import { serverScene } from '../../support/fake-servers.ts'
import { faultFor } from '../../support/made-kinds.ts'

const fault = (how: 'process' | 'port' | 'container', servers?: number[]) =>
  faultFor({ kind: 'backend-offline', how, role: 'web', ...(servers ? { servers } : {}) })

describe('a backend that is offline', () => {
  test.each([
    ['process', 'ECONNREFUSED', 'control port: ECONNREFUSED'],
    ['port', 'ECONNREFUSED', 'control port: connected'],
    ['container', 'EHOSTUNREACH', 'control port: EHOSTUNREACH'],
  ] as const)('by its %s answers %s, and its witness tells how', async (how, site, control) => {
    const scene = serverScene()
    const { inject, witness } = fault(how)
    expect((await witness.see(scene)).present).toBe(false)
    const { outcome, because } = await inject(scene)
    expect([outcome, because]).toEqual(['in-force', expect.stringContaining(`web-1: ${site}`)])
    expect(because).toContain(control)
    for (const other of ['process', 'port', 'container'] as const) {
      expect((await fault(other).witness.see(scene)).present, other).toBe(other === how)
    }
  })

  test.each([
    ['process', 'restart'],
    ['port', 'set-behaviour'],
    ['container', 'start'],
  ] as const)('by its %s is promised back before: %s', async (how, verb) => {
    const scene = serverScene()
    await fault(how, [2]).inject(scene)
    expect(scene.promised.map(({ undo }) => undo.verb)).toEqual([verb])
    expect(scene.servers.get('web-1')?.reach(8080)).toBe('connected')
    expect(scene.servers.get('web-2')?.reach(8080)).not.toBe('connected')
    scene.undoAll()
    expect(scene.servers.get('web-2')?.reach(8080)).toBe('connected')
  })

  test('cannot lose its process without its container when nobody outlives it', async () => {
    const scene = serverScene()
    for (const server of scene.servers.values()) server.supervised = false
    const { outcome, because } = await fault('process').inject(scene)
    expect([outcome, because]).toEqual(['rejected', expect.stringContaining('stack.supervised')])
    expect(scene.promised).toEqual([])
  })

  test('is not said to be in force when it goes on to answer', async () => {
    const scene = serverScene()
    scene.stack.agent.reach = () => Promise.resolve({ reachable: true, ms: 1, because: 'connected' })
    expect((await fault('port').inject(scene)).outcome).toBe('rejected')
  })
})
