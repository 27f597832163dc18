import { afterEach, describe, expect, test } from 'vitest'
import { readRelease } from '../../../src/deploy/release.ts'
import { proveLive, servedHash } from '../../../src/deploy/switch.ts'
import type { FaultSpec } from '../../../src/faults/index.ts'
import type { Scene } from '../../../src/stack/scene.ts'
import { faultFor, remedyFor } from '../made-kinds.ts'
import type { Ground } from './ground.ts'

const deploy: FaultSpec = { kind: 'wrong-upstream', upstreams: ['web', 'api'], service: 'proxy' }
const cleanUp: FaultSpec = { kind: 'missing-file', service: 'proxy', path: '/etc/nginx/shared/keepalive.conf' }

async function through(scene: Scene, path: string): Promise<number> {
  return (await scene.stack.agent.forward({ host: 'proxy', port: 8080, path })).status
}

/** What becomes of a bad deploy, on a fake stack as on a real one. The ground is shared, and left as it was. */
export function deployContract(name: string, ground: () => Ground): void {
  describe(`a bad deploy, ${name}`, () => {
    afterEach(() => ground().undoAll())

    test('the wrong upstream is witnessed only while it is in force, and its undo restores what served', async () => {
      const scene = ground().scene()
      const before = await servedHash(scene.stack.proxy())
      const { inject, witness } = faultFor(deploy)
      expect(await witness.see(scene)).toMatchObject({ present: false })
      expect((await inject(scene)).outcome).toBe('in-force')
      expect(await witness.see(scene)).toMatchObject({ present: true })
      expect([await through(scene, '/'), await through(scene, '/api/products')]).toEqual([502, 502])
      await ground().undoAll()
      expect((await proveLive(scene, scene.stack.proxy(), before)).live).toBe(true)
      expect(await witness.see(scene)).toMatchObject({ present: false })
    })

    test('the rollback is refused by Nginx itself once a file is gone, and the correction cures', async () => {
      const scene = ground().scene()
      await faultFor(deploy).inject(scene)
      await faultFor(cleanUp).inject(scene)
      const rollback = await remedyFor({ kind: 'rollback-config', service: 'proxy' }).apply(scene)
      expect(rollback).toMatchObject({ ok: false, changed: false })
      expect(rollback.because).toContain('[emerg]')
      expect(await through(scene, '/')).toBe(502)
      const edit = await remedyFor({ kind: 'correct-config', service: 'proxy', activate: 'later' }).apply(scene)
      expect(edit.ok).toBe(true)
      expect(await through(scene, '/')).toBe(502)
      expect((await remedyFor({ kind: 'restart-service', service: 'proxy' }).apply(scene)).ok).toBe(true)
      expect(await through(scene, '/')).toBe(200)
      await ground().undoAll()
      const back = await readRelease(scene.stack.proxy(), 'after the undo')
      expect(back.files.map((file) => file.path)).toContain('/etc/nginx/shared/keepalive.conf')
    })

    test('validation rejects it, and no user could have seen anything', async () => {
      const scene = ground().scene(['config-validation'])
      const { inject, witness } = faultFor(deploy)
      const { outcome, because } = await inject(scene)
      expect(outcome).toBe('rejected')
      expect(because).toContain(':8090 (ECONNREFUSED)')
      expect(await witness.see(scene)).toMatchObject({ present: false })
    })

    test('automated rollback brings the last good release back, all of it', async () => {
      const scene = ground().scene(['automated-rollback'])
      const { outcome } = await faultFor(deploy).inject(scene)
      expect(outcome).toBe('rolled-back')
      await expect.poll(() => through(scene, '/')).toBe(200)
      await ground().undoAll()
    })
  })
}
