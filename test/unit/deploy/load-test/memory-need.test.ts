import { describe, expect, test } from 'vitest'
import { memoryNeedOf } from '../../../../src/deploy/load-test/memory-need.ts'
import { memoryScene } from '../../../support/fake-memory.ts'

const need = (upToMb: number, perRequestKb = 768) => {
  const scene = memoryScene()
  const behaviour = { 'working-set': { perRequestKb, upToMb } }
  return { scene, found: memoryNeedOf(scene, scene.stack.service('api-1'), behaviour) }
}

test('copies are pressed, each with twice the limit of the last, until one has room to spare', async () => {
  const { scene, found } = need(120)
  const { needMb, act } = await found
  expect(scene.copies.map(({ change }) => change.memoryMb)).toEqual([96, 192, 384])
  expect(needMb).toBe(384)
  expect(act).toMatchObject({ measure: 'load-test', action: 'kept-off' })
  expect(act.because).toContain('with 96 MB: 0.75 MB kept a request')
  expect(act.evidence['tried']).toMatchObject([{ died: true }, { died: false, peakMb: 145 }, { died: false }])
})

test('what it is tried with is what users would meet, without the program that hides a death', async () => {
  const { scene, found } = need(20)
  await found
  expect(scene.copies.map(({ change }) => [change.entrypoint?.[0], change.env?.['BEHAVIOUR']])).toEqual([
    ['node', '{"working-set":{"perRequestKb":768,"upToMb":20}}'],
  ])
})

test('every copy is gone in the end, and was promised to be', async () => {
  const { scene, found } = need(120)
  await found
  expect(scene.stack.services.map(({ name }) => name)).not.toContain('api-8')
  expect(scene.promised.map(({ undo }) => undo.verb)).toEqual([
    'remove-container',
    'remove-container',
    'remove-container',
  ])
})

test('what no limit bears is refused', async () => {
  const { needMb, act } = await need(2_000, 8_192).found
  expect([needMb, act.action]).toEqual([null, 'rejected'])
  expect(act.because).toContain('no limit that was tried is enough')
})

describe('a machine that stood still', () => {
  const standing = (times: number) => {
    const scene = memoryScene()
    const { onPress } = scene.stack
    let left = times
    scene.stack.onPress = (wish) => {
      if (scene.copies.length < 2 || left === 0) return onPress(wish)
      left -= 1
      return { ...onPress({ ...wish, ratePerS: 0 }), requests: 8, ok: 0, failed: 8 }
    }
    return memoryNeedOf(scene, scene.stack.service('api-1'), { 'working-set': { perRequestKb: 768, upToMb: 120 } })
  }

  test('is asked again: a copy that was hardly asked proves no limit', async () => {
    expect((await standing(1)).needMb).toBe(384)
  })

  test('and goes on to: nothing is said of any limit', async () => {
    await expect(standing(Infinity)).rejects.toMatchObject({ code: 'LOAD_FAILED' })
  })
})
