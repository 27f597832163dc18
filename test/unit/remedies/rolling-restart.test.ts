import { expect, test } from 'vitest'
import { readRelease } from '../../../src/deploy/index.ts'
import { brokenScene } from '../../support/broken-scene.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { remedyFor } from '../../support/made-kinds.ts'

test('the servers of the group are restarted in turn', async () => {
  const scene = fakeScene()
  const restarted: string[] = []
  for (const { name } of scene.stack.servers('api')) {
    const restart = () => Promise.resolve(void restarted.push(name))
    Object.assign(scene.stack.service(name), { restart, healthy: () => Promise.resolve(true) })
  }
  const outcome = await remedyFor({ kind: 'rolling-restart', role: 'api', drain: false }).apply(scene)
  expect(outcome).toMatchObject({ ok: true, changed: true, evidence: { servers: ['api-1', 'api-2'], drain: false } })
  expect(restarted).toEqual(['api-1', 'api-2'])
})

test('one that is drained is marked down before its restart, and the configuration is then what it was', async () => {
  const scene = await brokenScene()
  const written = async () => {
    const { files } = await readRelease(scene.stack.proxy(), 'what is there')
    return files.map(({ content }) => String(content)).join('\n')
  }
  const before = await written()
  const down: string[][] = []
  for (const { name } of scene.stack.servers('api')) {
    const restart = async () => void down.push((await written()).match(/api-\d(?=[^;]* down;)/g) ?? [])
    Object.assign(scene.stack.service(name), { restart, healthy: () => Promise.resolve(true) })
  }
  const outcome = await remedyFor({ kind: 'rolling-restart', role: 'api', drain: true }).apply(scene)
  expect(outcome.because).toContain('drained and restarted in turn')
  expect(down).toEqual([['api-1'], ['api-2']])
  expect(await written()).toBe(before)
})
