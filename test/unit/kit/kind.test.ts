import { expect, test } from 'vitest'
import { z } from 'zod'
import { lasting } from '../../../src/kit/duration.ts'
import { defineKind, readyOf } from '../../../src/kit/kind.ts'

const greet = defineKind<string>()({
  kind: 'greet',
  about: 'Greets.',
  fields: { name: z.string() },
  make: ({ name }) => `hello ${name}`,
})

test('one declaration gives schema and making; unknown fields are refused', () => {
  expect(readyOf([greet], { kind: 'greet', ...{ name: 'you' } }).make()).toBe('hello you')
  expect(greet.schema.safeParse({ kind: 'greet', name: 'you', nmae: 1 }).success).toBe(false)
})

test('a spec that the schema gave is taken again, and a stray one is not', () => {
  const wait = defineKind<number>()({ kind: 'wait', about: 'Waits.', fields: { for: lasting }, make: (own) => own.for })
  const spec = wait.schema.parse({ kind: 'wait', for: '2s' })
  expect(readyOf([wait], spec).make()).toBe(2_000)
  expect(() => wait.ready({ ...spec, until: 3 })).toThrow('until')
})

test('a kind that is not there names those that are', () => {
  expect(() => readyOf([greet], { kind: 'insult' })).toThrow("No kind 'insult': there are greet")
})
