import { expect, test } from 'vitest'
import { startBehaviourFile } from '../../../src/protocol/start-behaviour.ts'
import { memoryScene } from '../../support/fake-memory.ts'
import { remedyFor } from '../../support/made-kinds.ts'

const raise = (toMb: number, restart = true) => remedyFor({ kind: 'raise-memory', service: 'api-1', toMb, restart })

test('the limit is higher, the service is up again, and the old limit is promised back', async () => {
  const scene = memoryScene()
  const { ok, changed, because } = await raise(256).apply(scene)
  expect([ok, changed]).toEqual([true, true])
  expect(because).toBe('the limit of api-1 is 256 MB now, it was 96 MB; it is up again, and it uses 25 MB')
  expect(scene.promised.map(({ undo }) => undo)).toMatchObject([{ verb: 'set-memory', bytes: 96 * 1_048_576 }])
})

test('a running program can be given more room without a restart', async () => {
  const scene = memoryScene()
  const restarts: string[] = []
  scene.stack.service('api-1').restart = () => Promise.resolve(void restarts.push('api-1'))
  expect(await raise(256, false).apply(scene)).toMatchObject({
    ok: true,
    because: expect.stringMatching(/went on running/),
  })
  expect([restarts, scene.memory.limitMb]).toEqual([[], 256])
})

test('what needs still more does not come back', async () => {
  const scene = memoryScene()
  scene.memory.files.set(startBehaviourFile, Buffer.from('{"working-set":{"atStartMb":300}}'))
  const { ok, changed, because } = await raise(256).apply(scene)
  expect([ok, changed, because]).toEqual([false, true, expect.stringContaining('ended with exit code 137')])
})

test('a limit that is not raised is no remedy', async () => {
  const scene = memoryScene()
  expect(await raise(96).apply(scene)).toMatchObject({ ok: false, changed: false })
  expect(scene.promised).toEqual([])
})
