import { expect, test } from 'vitest'
import { type FactOf, factsOf } from '../../../src/journal/facts.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import { changed, outageJournal, plus } from '../../support/journal.ts'
import { said } from './ask.ts'

const good = outageJournal()
const gate = { kind: 'fault-witnessed' }
const [end] = factsOf(good.facts, 'fault-witnessed').filter(({ moment }) => moment === 'end')
if (!end) throw new Error('its end was seen')
const { fault, witness } = end

type Look = Pick<FactOf<'fault-witnessed'>, 'moment' | 'present' | 'partly'>

/** An earlier remedy cured some of the servers: these looks were made about it, and the last one at what was left. */
function cured(before: readonly Look[]): RunRecord {
  const left = changed(good, 'fault-witnessed', ({ moment }) => {
    return moment === 'end' ? { present: false, partly: true as const } : {}
  })
  return before.reduce((record, look, index) => {
    const because = 'web-2 is well, web-3 is not'
    return plus(record, (end?.t ?? 0) - 300 + index * 100, {
      kind: 'fault-witnessed',
      fault,
      witness,
      because,
      ...look,
    })
  }, left)
}

const whole = { moment: 'end', present: true } as const
const half = { moment: 'after', present: true, partly: true } as const

test('a fault that a remedy ended at some servers is there at the others, where that was seen', () => {
  expect(said(cured([whole, half]), gate)).toMatchObject({ status: 'pass' })
})

test.each<[string, readonly Look[]]>([
  ['no remedy was seen to have ended a part of it', [whole]],
  ['it was gone after that remedy', [whole, { moment: 'after', present: false }]],
  ['its end was never seen as a whole', [half]],
])('but not when %s', (_, looks) => {
  expect(said(cured(looks), gate)).toMatchObject({ status: 'inconclusive' })
})
