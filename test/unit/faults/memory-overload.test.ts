import { describe, expect, test } from 'vitest'
import { startBehaviourFile } from '../../../src/protocol/start-behaviour.ts'
import { memoryScene } from '../../support/fake-memory.ts'
import { faultFor, remedyFor } from '../../support/made-kinds.ts'

const fault = (upToMb = 120) =>
  faultFor({ kind: 'memory-overload', service: 'api-1', perRequestKb: 768, upToMb, within: 60_000 })
const restart = remedyFor({ kind: 'restart-service', service: 'api-1' })
const raise = remedyFor({ kind: 'raise-memory', service: 'api-1', toMb: 256, restart: true })

describe('a memory overload', () => {
  test('is in force once the kernel has killed, by the count of the container and the word of the engine', async () => {
    const scene = memoryScene()
    const { inject, witness } = fault()
    expect((await witness.see(scene)).present).toBe(false)
    const { outcome, because, evidence } = await inject(scene)
    expect([outcome, because]).toEqual(['in-force', expect.stringContaining('has killed 1 times in it')])
    expect(evidence).toMatchObject({ engineEvents: ['oom'], oomKills: 1, limitMb: 96 })
    expect(evidence['usedMb']).toBeGreaterThan(80)
    expect((await witness.see(scene)).present).toBe(true)
  })

  test("is as long on the way on the incident's clock, whatever the time scale is", async () => {
    const scene = { ...memoryScene(), minuteMs: 500 }
    await fault().inject(scene)
    expect(scene.memory.keeping.perRequestKb).toBe(1_536)
  })

  test('survives a restart below the same limit, and not one below a higher limit', async () => {
    const scene = memoryScene()
    const { inject, witness } = fault()
    await inject(scene)
    expect(await restart.apply(scene)).toMatchObject({ ok: false, because: 'api-1 ended with exit code 137' })
    expect((await witness.see(scene)).present).toBe(true)
    expect(await raise.apply(scene)).toMatchObject({ ok: true, evidence: { fromMb: 96, usedMb: 145 } })
    expect((await witness.see(scene)).present).toBe(false)
  })

  test('is promised back before: what it starts with, a restart, and a cache that forgets the outage', async () => {
    const scene = memoryScene()
    const proxy = scene.stack.service('proxy')
    proxy.exec = () => Promise.resolve({ code: 0, output: '  proxy_cache_path /tmp/c keys_zone=c:1m;' })
    await fault().inject(scene)
    const undone = scene.promised.map(({ undo }) => undo).reverse()
    expect(undone.map(({ verb }) => verb)).toEqual(['write-files', 'restart', 'restart'])
    expect(undone[0]).toMatchObject({ files: [{ path: startBehaviourFile, content: '' }] })
  })

  test('is not said to be in force when the limit is never met', async () => {
    const scene = memoryScene()
    const { inject, witness } = fault(40)
    expect(await inject(scene)).toMatchObject({ outcome: 'rejected', acts: [] })
    expect((await witness.see(scene)).present).toBe(false)
  })

  test('is told from what ended otherwise', async () => {
    const scene = memoryScene()
    const { witness } = fault()
    scene.memory.alive = false
    expect((await witness.see(scene)).present, 'a process that ended by itself').toBe(false)
    scene.memory.oomKills = null
    expect((await witness.see(scene)).because).toContain('no count of kills can be read')
    scene.memory.supervised = false
    expect((await witness.see(scene)).present, 'a container that the kernel ended').toBe(true)
  })

  test('is kept off by a load test, which raises the limit before', async () => {
    const scene = memoryScene(['load-test'])
    const { inject, witness } = fault()
    const { outcome, acts } = await inject(scene)
    expect([outcome, acts.map(({ measure, action }) => [measure, action])]).toEqual([
      'kept-off',
      [['load-test', 'kept-off']],
    ])
    expect(scene.memory.limitMb).toBe(384)
    scene.memory.serve(1_000)
    expect((await witness.see(scene)).present).toBe(false)
    expect(scene.promised.map(({ undo }) => undo.verb)).toContain('set-memory')
  })
})
