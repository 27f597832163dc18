// @group full 120s
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest'
import {
  downAsTheUser,
  endDoomed,
  expectNothingLeft,
  expectSwept,
  type Theirs,
  upAsTheUser,
} from '../../support/isolation.ts'

/** When each of them is killed: both stop at the same places, and what they do there differs little. */
const moments = { 1: ['image', 'network', 'ready'], 2: ['image', 'copying', 'ready'] } as const

afterEach(endDoomed)

describe.each([1, 2] as const)('with Compose %i', (major) => {
  let theirs: Theirs
  beforeAll(async () => {
    theirs = await upAsTheUser(major)
  })
  afterAll(() => downAsTheUser(theirs))

  test.each(moments[major])('killed when it had said "%s", it leaves nothing', async (word) => {
    await expectNothingLeft(theirs, word)
  })

  test('what harness and guard both left is swept', async () => {
    await expectSwept(theirs)
  })
})
