import { showMs } from '../../kit/duration.ts'
import { count, counted, percent } from '../../kit/figures.ts'
import { inert } from '../../kit/inert.ts'
import { type TextRow, textTable } from '../../reporters/index.ts'
import { type Flake, type Line, sameOf } from './lines.ts'
import type { Play, Unread } from './plays.ts'

export interface History {
  readonly lines: readonly Line[]
  readonly unread: readonly Unread[]
  /** A row a play, and not one a cell or variant. */
  readonly isEach: boolean
}

/** So many outcomes are shown at most, the newest ones. */
const mostSigns = 12
const mostUnread = 5

/** A table for the cells and one for the variants, and what could not be read. */
export function told({ lines, unread, isEach }: History, columns: number): string {
  const tables = (['cell', 'variant'] as const).flatMap((of) => {
    const own = lines.filter(({ plays }) => plays[0]?.of === of)
    return own.length === 0 ? [] : [isEach ? tableOfPlays(own, of, columns) : tableOf(own, of, columns)]
  })
  const flaky = lines.filter(({ flake }) => flake.changed > 0)
  const plays = lines.reduce((sum, line) => sum + line.plays.length, 0)
  const sentence =
    `${counted(plays, 'play')} of ${counted(lines.length, 'cell or variant', 'cells and variants')}; ` +
    `${count(flaky.length)} changed although plan and configuration did not.`
  const rest = unread.length - mostUnread
  const closed = unread.slice(0, mostUnread).map(({ folder, because }) => `  ${inert(folder)}: ${inert(because, 300)}`)
  const open =
    unread.length === 0 ? [] : ['Could not be read:', ...closed, ...(rest > 0 ? [`  and ${count(rest)} more`] : [])]
  const legend = isEach
    ? ['Ran: where the letter is the same, so were plan and configuration.']
    : ['Outcomes, oldest first: ✓ as it should be, ! users failed, ~ users waited, ✗ over budget, ? open.']
  return `${[...tables, [...(tables.length > 0 ? legend : []), sentence, ...open].join('\n')].join('\n\n')}\n`
}

type Kind = Play['of']

interface Column {
  readonly head: string
  readonly field: string
  readonly words: (value: number) => string
}

const columnsOf: Readonly<Record<Kind, readonly Column[]>> = {
  cell: [
    { head: 'Failed', field: 'failedShare', words: percent },
    { head: 'p95', field: 'p95DuringMs', words: showMs },
    { head: 'After its end', field: 'failedAfterEndMs', words: showMs },
    { head: 'Told after', field: 'toldAfterMs', words: showMs },
  ],
  variant: [
    { head: 'Failed', field: 'failedRequests', words: count },
    { head: 'Outage', field: 'outageMs', words: showMs },
    { head: 'Detected', field: 'timeToDetectMs', words: showMs },
    { head: 'Recovered', field: 'timeToRecoverMs', words: showMs },
  ],
}
const nameHead = { cell: 'Cell', variant: 'Variant' } as const

/** Those of which anything is known. */
const columnsIn = (lines: readonly Line[], of: Kind) =>
  columnsOf[of].filter(({ field }) => lines.some(({ plays }) => plays.some(({ figures }) => figures?.[field] != null)))

function tableOf(lines: readonly Line[], of: Kind, columns: number): string {
  const figures = columnsIn(lines, of)
  const heads = [nameHead[of], 'Outcomes', 'Changed', ...figures.map(({ head }) => head)]
  const rows = underTitles(lines, ({ name, plays, flake }): TextRow[] => [
    [inert(name), signsOf(plays), changedWords(flake), ...figures.map((column) => rangeWords(plays, column))],
  ])
  return textTable(rows, { heads, columns })
}

function tableOfPlays(lines: readonly Line[], of: Kind, columns: number): string {
  const figures = columnsIn(lines, of)
  const heads = ['When', '', 'Outcome', ...figures.map(({ head }) => head), 'Ran']
  const rows = lines.flatMap((line): TextRow[] => {
    const kinds = [...new Set(line.plays.map(sameOf))]
    return [
      { over: `${inert(line.title)}: ${inert(line.name)}` },
      ...line.plays.map((play): TextRow => {
        const { at, sign, outcome, figures: own } = play
        const values = figures.map(({ field, words }) => valueWords(own?.[field], words))
        const when = at.slice(0, 16).replace('T', ' ')
        return [inert(when), sign, inert(outcome), ...values, letterOf(kinds.indexOf(sameOf(play)))]
      }),
    ]
  })
  return textTable(rows, { heads, columns })
}

/** A, B … Z, AA. */
function letterOf(at: number): string {
  const [before, last] = [Math.floor(at / 26), String.fromCharCode(65 + (at % 26))]
  return before === 0 ? last : `${letterOf(before - 1)}${last}`
}

/** Lines of one title stand together already. */
function underTitles(lines: readonly Line[], rowsOf: (line: Line) => TextRow[]): TextRow[] {
  return [...Map.groupBy(lines, ({ title }) => title)].flatMap(([title, own]) => [
    { over: inert(title) },
    ...own.flatMap(rowsOf),
  ])
}

function signsOf(plays: readonly Play[]): string {
  const signs = plays.slice(-mostSigns).map(({ sign }) => sign)
  return `${plays.length > mostSigns ? '…' : ''}${signs.join('')}`
}

const changedWords = ({ compared, rate }: Flake) => (rate === null ? '–' : `${percent(rate)} of ${compared}`)

const valueWords = (value: number | null | undefined, words: Column['words']) =>
  value === null || value === undefined ? '–' : words(value)

/** The least and the most that were measured. */
function rangeWords(plays: readonly Play[], { field, words }: Column): string {
  const values = plays.flatMap(({ figures }) => figures?.[field] ?? [])
  if (values.length === 0) return '–'
  const [least = '', most = ''] = [Math.min(...values), Math.max(...values)].map(words)
  return least === most ? most : `${least}–${most}`
}
