import { md } from '../reporters/index.ts'
import type { CellDrift, DriftState } from './drift.ts'
import { isRed } from './drift.ts'

/** In this order they are told. */
const order: readonly DriftState[] = [
  'worse',
  'acceptance over',
  'gap gone',
  'better',
  'changed',
  'new',
  'accepted',
  'not known',
  'as before',
]

const told: Readonly<Record<DriftState, string>> = {
  worse: 'worse',
  'acceptance over': 'accepted too long',
  'gap gone': 'accepted gap gone',
  better: 'better',
  changed: 'changed',
  new: 'not in it yet',
  accepted: 'accepted',
  'not known': 'not known',
  'as before': 'as before',
}

/** `20 cells beside badgateway.snapshot.json: 1 worse, 2 better, 17 as before.` */
export function driftSentence(drift: readonly CellDrift[], file: string): string {
  const parts = order.flatMap((state) => {
    const many = drift.filter((one) => one.state === state).length
    return many === 0 ? [] : [`${many} ${told[state]}`]
  })
  return `${drift.length} ${drift.length === 1 ? 'cell' : 'cells'} beside ${file}: ${parts.join(', ')}.`
}

interface Line {
  readonly isRed: boolean
  readonly head: string
  readonly lines: readonly string[]
}

/** Each cell that is worth a word, the red ones first. */
export function driftLines(drift: readonly CellDrift[]): Line[] {
  const worth = drift.filter(
    ({ state, changes }) => state !== 'as before' && !(state === 'accepted' && changes.length === 0),
  )
  const sorted = worth.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
  return sorted.map((one) => ({ isRed: isRed(one), head: `${one.cell}: ${told[one.state]}`, lines: linesOf(one) }))
}

function linesOf({ state, changes, accepted }: CellDrift): string[] {
  const figures = changes.map(({ figure, direction, was, is }) => {
    const sense = direction === 'other' ? '' : ` (${direction})`
    return `${figure}: ${was} before, ${is} now${sense}`
  })
  const by = accepted ? `${accepted.reason} (${accepted.owner}, until ${accepted.until})` : ''
  const why: Partial<Record<DriftState, string>> = {
    'acceptance over': `Accepted: ${by}. Fix it, or agree on another day.`,
    'gap gone': `Accepted: ${by}. Nothing is left of it: --update takes that out; make it a rule in expect.`,
    accepted: `Accepted: ${by}.`,
    new: '--update takes it in.',
    'not known': 'No play of it could tell.',
  }
  return [...figures, ...(why[state] === undefined ? [] : [why[state]])]
}

/** The same for a comment below a pull request. */
export function driftMarkdown(drift: readonly CellDrift[], file: string): string {
  const parts = driftLines(drift).map(({ isRed: isBad, head, lines }) => {
    const sign = isBad ? '**✗**' : '·'
    return [`- ${sign} ${md(head)}`, ...lines.map((line) => `  - ${md(line)}`)].join('\n')
  })
  return `${[md(driftSentence(drift, file)), ...parts].join('\n\n')}\n`
}
