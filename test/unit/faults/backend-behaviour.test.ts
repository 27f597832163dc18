import { describe, expect, test } from 'vitest'
import type { BehaviourSpec } from '../../../src/protocol/behaviours.ts'
import { serverScene } from '../../support/fake-servers.ts'
import { faultFor } from '../../support/made-kinds.ts'

const fault = (behaviour: BehaviourSpec, servers = [1]) => {
  return faultFor({ kind: 'backend-behaviour', behaviour, role: 'api', servers })
}

describe('a server that behaves badly', () => {
  test.each([
    [{ hang: {} }, /api-1: no answer within/],
    [{ status: { code: 503 } }, /api-1: status 503/],
    [{ latency: { ms: 700 } }, /after 700 ms/],
    [{ capacity: { concurrent: 1 } }, /says so itself/],
  ])('%j is seen past the proxy, and not before', async (behaviour, observation) => {
    const scene = serverScene()
    const { inject, witness } = fault(behaviour)
    expect((await witness.see(scene)).present).toBe(false)
    expect((await inject(scene)).outcome).toBe('in-force')
    expect(await witness.see(scene)).toEqual({ present: true, because: expect.stringMatching(observation) })
    scene.undoAll()
    expect((await witness.see(scene)).present).toBe(false)
  })

  test('that only says so is not believed where it would show', async () => {
    const scene = serverScene()
    const { inject, witness } = fault({ status: { code: 503 } })
    await inject(scene)
    const { forward } = scene.stack.agent
    scene.stack.agent.forward = async (request) => {
      const answer = await forward(request)
      return request.path.startsWith('/api/') ? { ...answer, status: 200 } : answer
    }
    expect((await witness.see(scene)).present).toBe(false)
  })

  test('keeps what it did already, and gets back exactly that', async () => {
    const scene = serverScene()
    await fault({ latency: { ms: 20 } }).inject(scene)
    await fault({ status: { code: 500 } }).inject(scene)
    const server = scene.servers.get('api-1')
    expect(server?.behaviour).toEqual({ latency: { ms: 20 }, status: { code: 500 } })
    expect(scene.promised[1]?.undo).toMatchObject({ verb: 'set-behaviour', behaviour: '{"latency":{"ms":20}}' })
    scene.undoAll()
    expect(server?.behaviour).toEqual({})
  })

  test('settings that it does not take are told', async () => {
    const scene = serverScene()
    scene.stack.agent.forward = ({ method }) => {
      const body = method === 'PUT' ? '{"error":"latency: ms is missing"}' : '{}'
      return Promise.resolve({ status: method === 'PUT' ? 400 : 200, headers: {}, body, ms: 1 })
    }
    await expect(fault({ latency: {} }).inject(scene)).rejects.toThrow('ms is missing')
  })
})
