import { expect, test } from 'vitest'
import { stackReady } from '../../../src/run/stack-ready.ts'

const stack = { services: [], runId: 'r-1' }
const lacking = ['edge: /etc/nginx/nginx.conf:3: <b>']

test('what is recorded of a stack that is up', () => {
  const kind = 'stack-ready'
  expect(stackReady(stack, { tookMs: 5, isUsed: false, isPooled: false })).toEqual({ kind, tookMs: 5, services: [] })
  const known = { ...stack, lacking: new Set(lacking) }
  expect(stackReady(known, { tookMs: 5, isUsed: true, isPooled: true })).toEqual({
    ...{ kind, tookMs: 5, services: [], used: true, ward: 'r-1', lacking },
  })
  expect(
    stackReady({ ...stack, lacking: new Set() }, { tookMs: 5, isUsed: false, isPooled: false }),
  ).not.toHaveProperty('lacking')
})
