import { type CellDrift, driftLines, driftSentence } from '../../drift/index.ts'
import { inert } from '../../kit/inert.ts'
import { colorsFor } from '../../reporters/index.ts'

interface Around {
  /** What it is held against: a file, or the older side. */
  readonly beside: string
  /** How it ended, in a word and its sign. */
  readonly word: string
  readonly color: boolean
  /** Further lines, after those of the cells. */
  readonly more?: readonly string[]
}

/** What has changed, for a terminal: a block a cell, the red ones first, and at the end how it stands. */
export function driftText(drift: readonly CellDrift[], { beside, word, color, more = [] }: Around): string {
  const colors = colorsFor(color)
  const parts = driftLines(drift).map(({ isRed, head, lines }) => {
    const title = colors.bold((isRed ? colors.red : colors.yellow)(`${isRed ? '✗' : '·'} ${inert(head)}`))
    return [title, ...lines.map((line) => `  ${inert(line, 400)}`)].join('\n')
  })
  const end = `${colors.bold(word)} ${inert(driftSentence(drift, beside))}`
  return `\n${[...parts, ...more.map((one) => inert(one)), end].join('\n\n')}\n`
}
