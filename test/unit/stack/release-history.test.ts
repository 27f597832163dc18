import { expect, test } from 'vitest'
import { releaseHistory } from '../../../src/stack/release-history.ts'

const release = (name: string) => ({ name, hash: name, files: [] })
const namesOf = ({ good, current, previous }: ReturnType<typeof releaseHistory>) => {
  return [good, previous, current].map((one) => one?.name)
}

test('the first is what the run began with, the last is current, and the one before is what a rollback wants', () => {
  const history = releaseHistory()
  expect(namesOf(history)).toEqual([undefined, undefined, undefined])
  history.record(release('a'))
  expect(namesOf(history)).toEqual(['a', undefined, 'a'])
  history.record(release('b'))
  expect(namesOf(history)).toEqual(['a', 'a', 'b'])
  history.record(release('c'))
  expect(namesOf(history)).toEqual(['a', 'b', 'c'])
})
