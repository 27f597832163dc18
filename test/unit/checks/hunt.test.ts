import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hunt } from '../../hunt/hunt.ts'
import { sabotages } from '../../hunt/kinds/index.ts'
import { liveSabotages } from '../../hunt/live/kinds.ts'
import { guardedJournal, outageJournal } from '../../support/journal.ts'
import { awaited } from './rows/events.ts'
import { surged } from './rows/surges.ts'

const records = {
  'the outage': outageJournal(),
  'a deploy rejected': guardedJournal('config-validation', 'rejected'),
  'a deploy rolled back': guardedJournal('automated-rollback', 'rolled-back'),
  'a deploy kept off': guardedJournal('blue-green', 'kept-off'),
  'a surge': surged,
  'a step that waits for an event': awaited(true),
}

describe('a sample of the hunt for false passes', () => {
  it('knows more than four hundred kinds of sabotage, each by a name of its own', () => {
    expect(new Set(sabotages.map(({ name }) => name)).size).toBe(sabotages.length)
    expect(sabotages.length).toBeGreaterThan(400)
  })

  it.each(Object.entries(records))(
    '%s passes untouched, and spoilt in no way',
    (name, record) => {
      // All of them on the first, and of the others a sample: the whole hunt is `npm run false-pass-hunt`.
      const some = name === 'the outage' ? sabotages : sabotages.filter((_one, index) => index % 16 === 0)
      const passed = hunt(record, some).filter(({ status }) => status === 'pass')
      expect(passed.map(({ sabotage }) => sabotage.name)).toEqual([])
    },
    90_000,
  )

  it.each(liveSabotages.flatMap(({ name, patch }) => (patch ? [[name, patch] as const] : [])))(
    'live: %s changes a line that is there',
    (_name, { file, from }) => {
      expect(readFileSync(new URL(`../../../src/${file}`, import.meta.url), 'utf8')).toContain(from)
    },
  )

  it('spoils something of one of them in every way', () => {
    const able = sabotages.filter(({ spoil }) => Object.values(records).some((record) => spoil(record) !== undefined))
    expect(able).toHaveLength(sabotages.length)
  })
})
