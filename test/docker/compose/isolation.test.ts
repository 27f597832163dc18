// @group stack 40s
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest'
import {
  downAsTheUser,
  endDoomed,
  expectNothingLeft,
  expectRaisedBeside,
  type Theirs,
  upAsTheUser,
} from '../../support/isolation.ts'

/** When each of them is killed: both stop at the same places, and what they do there differs little. */
const moments = { 1: ['copying'], 2: ['container'] } as const

afterEach(endDoomed)

describe.each([1, 2] as const)('with Compose %i', (major) => {
  let theirs: Theirs
  beforeAll(async () => {
    theirs = await upAsTheUser(major)
  })
  afterAll(() => downAsTheUser(theirs))

  test('a copy of a project that runs is raised beside it, and nothing of the user’s is changed', async () => {
    await expectRaisedBeside(theirs)
  })

  test.each(moments[major])('killed when it had said "%s", it leaves nothing', async (word) => {
    await expectNothingLeft(theirs, word)
  })
})
