import { expect, test } from 'vitest'
import type { NewFact } from '../../../src/journal/facts.ts'
import { realClock } from '../../../src/kit/clock.ts'
import { BadgatewayError } from '../../../src/kit/errors.ts'
import { watchAlerts } from '../../../src/watch/index.ts'
import { fakeStack } from '../../support/fake-stack.ts'

test('an agent that refuses its events is told, and does not end the process', async () => {
  const ending = new AbortController()
  const told = Promise.withResolvers<NewFact>()
  const { agent, prometheus } = fakeStack()
  const refusal = new BadgatewayError('AGENT_FAILED', 'The agent refuses its events with status 401', '')
  const refusing = () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(refusal) }) })
  watchAlerts({
    agent: { ...agent, events: refusing },
    prometheus: prometheus ?? expect.fail('there is none'),
    clock: realClock,
    write: (fact) => fact.kind === 'problem' && told.resolve(fact),
    toT: (wallMs) => wallMs,
    signal: ending.signal,
  })
  expect(await told.promise).toMatchObject({ kind: 'problem', code: 'AGENT_FAILED' })
  ending.abort()
})
