import { expect, test } from 'vitest'
import { modeNames, modes } from '../../../src/modes/index.ts'

test('the names of modes that TypeScript knows are those of the catalogue', () => {
  expect(modeNames).toEqual(modes.map(({ name }) => name))
})
