import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineKind, makeOf } from '../../../src/kit/kind.ts'

const greet = defineKind<string>()({
  kind: 'greet',
  about: 'Greets.',
  fields: { name: z.string() },
  make: ({ name }) => `hello ${name}`,
})

test('one declaration gives schema and making; unknown fields are refused', () => {
  expect(makeOf([greet], { kind: 'greet', ...{ name: 'you' } })).toBe('hello you')
  expect(greet.schema.safeParse({ kind: 'greet', name: 'you', nmae: 1 }).success).toBe(false)
})

test('a kind that is not there names those that are', () => {
  expect(() => makeOf([greet], { kind: 'insult' })).toThrow("No kind 'insult': there are greet")
})
