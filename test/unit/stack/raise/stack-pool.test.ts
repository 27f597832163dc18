import { expect, test } from 'vitest'
import { BadgatewayError } from '../../../../src/kit/errors.ts'
import type { StackSnapshot } from '../../../../src/kit/stack-snapshot.ts'
import { stackPoolOf } from '../../../../src/stack/raise/stack-pool.ts'
import type { Raised } from '../../../../src/stack/raise/staging.ts'
import { stackOf } from '../../../support/snapshot.ts'

interface FakeStack {
  raised: Raised
  /** What it looks like from now on; an error: it cannot be looked at. */
  becomes: (snapshot: StackSnapshot | Error) => void
}

function fakeStack(): FakeStack {
  let now: StackSnapshot | Error = stackOf()
  const snapshot = () => (now instanceof Error ? Promise.reject(now) : Promise.resolve(now))
  return {
    raised: { stack: { snapshot } as unknown as Raised['stack'] },
    becomes: (next) => {
      now = next
    },
  }
}

/** A pool whose scopes note what becomes of them. */
function pooling(failsToClose: boolean | Error = false) {
  const told: string[] = []
  let count = 0
  const pool = stackPoolOf(() => {
    count += 1
    const runId = `scope-${count}`
    const close = () => {
      told.push(`closed ${runId}`)
      const why = failsToClose instanceof Error ? failsToClose : new Error('it stays')
      return failsToClose ? Promise.reject(why) : Promise.resolve()
    }
    const leave = () => Promise.resolve(void told.push(`left ${runId}`))
    return Promise.resolve({ runId, labels: {}, close, leave })
  })
  const acquire = (shape: string, fake: FakeStack) => {
    return pool.acquire(shape, ({ runId }) => {
      told.push(`raised in ${runId}`)
      return Promise.resolve(fake.raised)
    })
  }
  return { pool, acquire, told }
}

test('lends the same stack again while it is as it was raised', async () => {
  const { pool, acquire, told } = pooling()
  const fake = fakeStack()
  const first = await acquire('small', fake)
  const second = await acquire('small', fakeStack())
  expect([first.used, second.used]).toEqual([false, true])
  expect(second.stack).toBe(fake.raised.stack)
  await pool.close()
  expect(told).toEqual(['raised in scope-1', 'closed scope-1'])
})

test.each<[string, StackSnapshot | Error]>([
  ['has changed', stackOf({ web: { state: 'ended' } })],
  ['cannot be looked at', new Error('no engine')],
])('a stack that %s is removed, and another one raised', async (_, now) => {
  const { acquire, told } = pooling()
  const fake = fakeStack()
  await acquire('small', fake)
  fake.becomes(now)
  expect(await acquire('small', fakeStack())).toMatchObject({ used: false })
  expect(told).toEqual(['raised in scope-1', 'closed scope-1', 'raised in scope-2'])
})

test('a stack of another shape is not lent', async () => {
  const { acquire, told } = pooling()
  await acquire('small', fakeStack())
  expect(await acquire('large', fakeStack())).toMatchObject({ used: false })
  expect(told).toEqual(['raised in scope-1', 'closed scope-1', 'raised in scope-2'])
})

test('staging is compared too', async () => {
  const { acquire } = pooling()
  const [shop, staging] = [fakeStack(), fakeStack()]
  const both = { ...shop, raised: { stack: shop.raised.stack, staging: staging.raised.stack } }
  await acquire('with staging', both)
  expect(await acquire('with staging', both)).toMatchObject({ used: true, staging: staging.raised.stack })
  staging.becomes(stackOf({ proxy: { serves: 'another' } }))
  expect(await acquire('with staging', both)).toMatchObject({ used: false })
})

test('one that was not raised leaves no scope behind, and the next is raised anew', async () => {
  const { pool, acquire, told } = pooling()
  await expect(pool.acquire('small', () => Promise.reject(new Error('no port')))).rejects.toThrow('no port')
  expect(told).toEqual(['closed scope-1'])
  expect(await acquire('small', fakeStack())).toMatchObject({ used: false })
})

test('what cannot be removed is told as not clean', async () => {
  const { pool, acquire } = pooling(true)
  await acquire('small', fakeStack())
  await expect(pool.close()).rejects.toMatchObject({
    code: 'NOT_CLEAN',
    message: expect.stringContaining('it stays'),
  })
})

test('nothing that was lent is nothing to remove', async () => {
  const { pool, told } = pooling()
  await pool.close()
  expect(told).toEqual([])
})

test('what is left of a stack that could not be raised is not clean, and both reasons are told', async () => {
  const { pool } = pooling(true)
  const acquired = pool.acquire('small', () => Promise.reject(new Error('no such image')))
  await expect(acquired).rejects.toMatchObject({
    code: 'NOT_CLEAN',
    message: expect.stringMatching(/it stays\. It was removed because no such image/),
  })
})

test('that its guard was gone is told as that: the stack itself is', async () => {
  const gone = new BadgatewayError('GUARD_FAILED', 'The guard is gone', '')
  const { pool, acquire } = pooling(gone)
  await acquire('small', fakeStack())
  await expect(pool.close()).rejects.toBe(gone)
  await expect(pool.acquire('small', () => Promise.reject(new Error('no port')))).rejects.toThrow(/^no port$/)
})
