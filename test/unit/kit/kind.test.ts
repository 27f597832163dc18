import { expect, test } from 'vitest'
import { z } from 'zod'
import { lasting } from '../../../src/kit/duration.ts'
import { defineKind, readyOf } from '../../../src/kit/kind.ts'
import { below, type Outlook } from '../../../src/kit/outlook.ts'

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

const outlook: Outlook = {
  services: ['web-1'],
  mayGrow: false,
  pool: 1,
  measures: [],
  faults: [],
  unfindable: () => undefined,
  unheard: () => undefined,
}

test('a kind refuses what its schema cannot see, with place and value', () => {
  const ask = defineKind<null>()({
    kind: 'ask',
    about: 'Asks.',
    fields: { whom: z.string() },
    refuse: ({ whom: value }, { services }) =>
      services.includes(value) ? [] : [{ path: 'whom', value, what: `there is no '${value}'` }],
    make: () => null,
  })
  expect(ask.ready({ kind: 'ask', whom: 'web-1' }).refuse(outlook)).toEqual([])
  const refused = ask.ready({ kind: 'ask', whom: 'web-2' }).refuse(outlook)
  expect(below('story.3.fault', refused)).toEqual([
    { path: 'story.3.fault.whom', value: 'web-2', what: "there is no 'web-2'" },
  ])
  expect(below('story.3', [{ path: '', what: 'no' }])).toEqual([{ path: 'story.3', what: 'no' }])
  expect(greet.ready({ kind: 'greet', name: 'you' }).refuse(outlook)).toEqual([])
})

test('what is made of a spec is made anew for each run', () => {
  const count = defineKind<{ n: number }>()({ kind: 'count', about: 'Counts.', fields: {}, make: () => ({ n: 0 }) })
  const ready = count.ready({ kind: 'count' })
  ready.make().n += 1
  expect(ready.make().n).toBe(0)
})
