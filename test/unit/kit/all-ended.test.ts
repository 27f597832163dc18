import { expect, test } from 'vitest'
import { allEnded } from '../../../src/kit/all-ended.ts'

test('gives what all have come to', async () => {
  expect(await allEnded([Promise.resolve(1), Promise.resolve('two')])).toEqual([1, 'two'])
})

test('waits for the slow one, and then fails as the first did', async () => {
  const slow = Promise.withResolvers<string>()
  let over = false
  const all = allEnded([Promise.reject(new Error('at once')), slow.promise]).finally(() => {
    over = true
  })
  const failed = expect(all).rejects.toThrow('at once')
  await new Promise(setImmediate)
  expect(over).toBe(false)
  slow.resolve('later')
  await failed
})
