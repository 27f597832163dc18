import { describe, expect, it } from 'vitest'
import { fanOut, type LiveReporter } from '../../../src/reporters/index.ts'
import { outageJournal } from '../../support/journal.ts'

function listener(name: string, heard: string[], breaksAt?: string): LiveReporter {
  const hear = (what: string) => {
    if (what === breaksAt) throw new Error('no paper')
    heard.push(`${name} ${what}`)
  }
  return { name, onPlan: () => hear('plan'), onFact: ({ n }) => hear(`fact ${n}`), onEnd: () => hear('end') }
}

describe('several live reporters', () => {
  it('are told everything in order, and one that throws is told nothing more', () => {
    const heard: string[] = []
    const broken: string[] = []
    const both = fanOut([listener('a', heard, 'fact 1'), listener('b', heard)], (name, thrown) => {
      broken.push(`${name}: ${String(thrown)}`)
    })
    const { plan, facts } = outageJournal()
    both.onPlan(plan)
    for (const fact of facts.slice(0, 2)) both.onFact(fact)
    both.onEnd({ run: { variants: [] }, folder: '/tmp/x' })
    expect(heard).toEqual(['a plan', 'b plan', 'b fact 1', 'b fact 2', 'b end'])
    expect(broken).toEqual(['a: Error: no paper'])
  })
})
