import { type CellRow, cellRow, classWord, isSlower } from '../../checks/index.ts'
import { showMs } from '../../kit/duration.ts'
import { counted, percent } from '../../kit/figures.ts'
import type { ReportedRun, ReportedVariant } from '../reporter.ts'
import { statusWords } from '../words/status.ts'
import { figuresIn, rangeOf, rangeWords } from './spread.ts'
import { theirWords } from './told-by.ts'

/** Is it told as a matrix? */
export const isMatrix = ({ variants }: ReportedRun): boolean =>
  variants.length > 0 && variants.every(({ record }) => record.plan.cell !== undefined)

/** A row, and the variant that it is read from: of a cell that was played several times, of the play that hurt most. */
export interface MatrixRow {
  readonly row: CellRow
  readonly variant: ReportedVariant
  /** All plays of this cell, that one among them. */
  readonly plays: readonly CellRow[]
}

/** Rows that are worth a sentence: users noticed it, their writes were done twice, or it is no pass. */
export const rowsToTell = (rows: readonly MatrixRow[]): MatrixRow[] =>
  rows.filter(
    ({ row }) =>
      !isWellRehearsed(row) && (isFelt(row) !== false || row.verdict !== 'pass' || row.figures?.writes?.twice),
  )

export const titleOf = ({ variants: [first] }: ReportedRun): string => first?.record.plan.title ?? 'The matrix'

/** A verdict in one word, of one cell or of all; `tone`: how it is painted, null: not at all. */
export interface VerdictWord {
  readonly word: string
  readonly sign: string
  readonly tone: CellRow['verdict'] | null
}

/** Where cells are held to no budget, nothing has passed; where nothing was broken, nothing was measured. */
export function verdictWord(status: CellRow['verdict'], rows: readonly { readonly row: CellRow }[]): VerdictWord {
  if (rows.length > 0 && rows.every(({ row }) => row.status === 'rehearsed')) {
    const isWell = rows.every(({ row }) => isWellRehearsed(row))
    return { word: 'REHEARSED', ...(isWell ? { sign: '', tone: null } : { sign: '?', tone: 'inconclusive' }) }
  }
  const isMerelyMeasured = status === 'pass' && rows.every(({ row }) => Object.keys(row.planned.budget).length === 0)
  return isMerelyMeasured ? { word: 'MEASURED', sign: '', tone: null } : { ...statusWords[status], tone: status }
}

const isWellRehearsed = ({ status, because }: CellRow) => status === 'rehearsed' && because.length === 0

export const rowOf = (variant: ReportedVariant): CellRow | undefined => cellRow(variant.record, variant.verdict)

/** All rows, what hurts most first: outages without an alert before those with one. */
export function sortedRows({ variants }: ReportedRun): MatrixRow[] {
  const rows = variants.flatMap((variant) => {
    const row = rowOf(variant)
    return row ? [{ row, variant }] : []
  })
  const sorted = rows.toSorted((a, b) => compared(hurtOf(a.row), hurtOf(b.row)))
  const byCell = Map.groupBy(sorted, ({ row }) => row.cell)
  return [...byCell.values()].flatMap((all): MatrixRow[] => {
    const [first] = all
    const plays = all.map(({ row }) => row)
    return first ? [{ ...first, row: { ...first.row, verdict: worstOf(plays) }, plays }] : []
  })
}

function worstOf(plays: readonly CellRow[]): CellRow['verdict'] {
  const all = plays.map(({ verdict }) => verdict)
  return (['fail', 'inconclusive'] as const).find((one) => all.includes(one)) ?? 'pass'
}

/** Greater hurts more, the first that differs decides. */
function hurtOf({ figures, verdict }: CellRow): number[] {
  if (!figures) return [0, 0, 0, 0, 0, 0]
  const { failed, failedShare, alert, endedBy, failedAfterEndMs, hiddenRetries, p95DuringMs } = figures
  const isSilent = failed > 0 && (alert === 'no alert' || alert === 'not watched')
  const level = isSilent ? 4 : failed > 0 ? 3 : isSlower(figures) || hiddenRetries ? 2 : 1
  return [
    level,
    Number(endedBy === 'not at all'),
    Number(verdict === 'fail'),
    failedShare,
    failedAfterEndMs ?? 0,
    p95DuringMs ?? 0,
  ]
}

function compared(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index])
  return at < 0 ? 0 : (b[at] ?? 0) - (a[at] ?? 0)
}

/** Did any user notice? Undefined: nobody can tell. */
export function isFelt({ figures }: CellRow): boolean | undefined {
  return figures ? figures.failed > 0 || isSlower(figures) : undefined
}

/** What came of a cell in one sign and in words: of one that is held to nothing, whether its users noticed. */
export function outcomeOf(row: CellRow): { readonly sign: string; readonly word: string } {
  if (isWellRehearsed(row)) return { sign: '·', word: 'rehearsed' }
  if (!row.figures || row.verdict === 'inconclusive') return { ...statusWords.inconclusive, word: 'inconclusive' }
  if (row.verdict === 'fail') return { sign: statusWords.fail.sign, word: 'over its budget' }
  if (row.figures.failed > 0) return { sign: '!', word: 'users were failed' }
  return isFelt(row) ? { sign: '~', word: 'users waited' } : { sign: statusWords.pass.sign, word: 'no user noticed' }
}

export const heads = ['Cell', 'Failed', 'p95', 'Told', 'Ended', 'After'] as const

/** The figures of a row in words, in the order of the heads, without the cell's name; of several plays from–to. */
export function wordsOf(row: CellRow, plays: readonly CellRow[] = [row]): string[] {
  const { figures } = row
  if (!figures) return [isWellRehearsed(row) ? 'rehearsed' : 'inconclusive', '', '', '', '']
  const [worst = ''] = Object.keys(figures.byClass)
  const wordsFor = (pick: Parameters<typeof rangeOf>[1], words: (value: number) => string) => {
    const range = rangeOf(plays, pick)
    return range === null ? '–' : rangeWords(range, words)
  }
  const isFailed = figuresIn(plays).some(({ failed }) => failed > 0)
  const share = wordsFor(
    ({ failedShare }) => failedShare,
    (value) => (value === 0 ? '0 %' : percent(value)),
  )
  const before = figures.p95BeforeMs === null ? '–' : tight(figures.p95BeforeMs)
  const during = wordsFor(({ p95DuringMs }) => p95DuringMs, tight)
  const isLasting = figuresIn(plays).some(({ failed, failedAfterEndMs }) => failed > 0 && failedAfterEndMs === null)
  return [
    isFailed ? `${share} ${classWord(worst)}` : '0 %',
    during === '–' ? '–' : `${before} → ${during}`,
    several(plays, ({ alert }) => alertWords(alert)),
    several(plays, ({ endedBy }) => endedBy ?? '–'),
    isLasting ? 'on and on' : isFailed ? wordsFor(({ failedAfterEndMs }) => failedAfterEndMs, tight) : '–',
  ]
}

/** What they say, each once. */
const several = (plays: readonly CellRow[], words: (figures: Figures) => string) =>
  [...new Set(figuresIn(plays).map(words))].join(', ')

const tight = (ms: number) => (ms > 0 && ms < 1 ? '1 ms' : showMs(ms))

function alertWords(alert: NonNullable<CellRow['figures']>['alert']): string {
  if (alert === null) return '–'
  return typeof alert === 'string' ? alert : `${alert.name}, ${tight(alert.afterMs)}`
}

/** What is told below a row: hidden retries, writes, what was not kept, that its stack was given up, what helps. */
export function notesOf(row: CellRow, plays: readonly CellRow[] = [row]): string[] {
  const { figures, because, givenUp, verdict, status, planned } = row
  const open = verdict === 'pass' || status !== 'measured' ? [] : because.map((one) => `Not kept: ${one}`)
  const writes = figures?.writes
  const twice = writes?.twice ? [twiceWords(writes.twice, writes.twiceBy)] : []
  const unmade = figures && isQuiet(figures) ? [quietWords(figures)] : []
  const waits =
    planned.waits && planned.waits.ms >= 10_000
      ? [`Held for ${showMs(planned.holdMs)}: the proxy waits ${showMs(planned.waits.ms)}.`]
      : []
  const anew = givenUp === null ? [] : [`Its stack did not come back by itself, and gave way to a new one: ${givenUp}`]
  const told = figures ? theirWords(figures).map(sentence) : []
  return [...open, ...playedWords(row, plays), ...told, ...twice, ...unmade, ...waits, ...anew]
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

const twiceWords = (twice: number, by: Writes['twiceBy']) =>
  by === 'keys'
    ? `By their keys ${counted(twice, 'write')} came to the servers more than once.`
    : `By the proxy's log ${counted(twice, 'write')} may have been done twice.`

function playedWords(row: CellRow, plays: readonly CellRow[]): string[] {
  if (plays.length < 2) return []
  const open = plays.filter(({ figures }) => !figures).length
  const [share, p95, , , after] = wordsOf(row, plays)
  const told = open < plays.length ? `: failed ${share}; p95 ${p95}; after its end ${after}` : ''
  return [`Played ${plays.length} times${told}${open > 0 ? `; ${open} could not tell` : ''}.`]
}

type Figures = NonNullable<CellRow['figures']>
type Writes = NonNullable<Figures['writes']>

const isQuiet = ({ theirs, alert, quickestRuleMs, lastedMs }: Figures) =>
  !theirs && alert === 'no alert' && quickestRuleMs !== null && quickestRuleMs > lastedMs

const quietWords = ({ quickestRuleMs, lastedMs }: Figures) =>
  `No rule could tell in ${showMs(lastedMs)}: the quickest needs ${showMs(quickestRuleMs ?? 0)}.`

/** `12 cells: in 5 users were failed, of 5 nobody was told.` */
export function matrixSentence(rows: readonly MatrixRow[]): string {
  const all = rows.map(({ row }) => row)
  if (all.length > 0 && all.every(({ status }) => status === 'rehearsed')) return rehearsalSentence(all)
  const failed = all.filter(({ figures }) => (figures?.failed ?? 0) > 0)
  const silent = failed.filter(({ figures }) => figures?.alert === 'no alert')
  const short = failed.filter(({ figures }) => figures?.alert === 'could not fire')
  const unwatched = failed.filter(({ figures }) => figures?.alert === 'not watched')
  const open = all.filter(({ figures }) => !figures)
  const isHeld = all.filter(({ planned }) => Object.keys(planned.budget).length > 0)
  const lasting = failed.filter(({ figures }) => figures?.endedBy === 'not at all')
  const parts = [
    `${all.length} ${all.length === 1 ? 'cell' : 'cells'}: users were failed in ${failed.length}`,
    silent.length > 0 && `no alert told of ${silent.length}`,
    short.length > 0 && `no rule could fire in ${short.length}`,
    unwatched.length > 0 && 'there is no monitoring',
    lasting.length > 0 && `${lasting.length} did not end with the cause`,
    open.length > 0 && `${open.length} inconclusive`,
    isHeld.length > 0 && isHeld.length < all.length && heldWords(isHeld.length),
  ]
  const untold = [...new Set(all.flatMap(({ untold: one }) => one ?? []))]
  return [`${parts.filter(Boolean).join(', ')}.`, ...untold.map((one) => `Of the proxy's own log: ${one}.`)].join(' ')
}

const heldWords = (held: number) => `${held} ${held === 1 ? 'is' : 'are'} held to a budget, the others to none`

function rehearsalSentence(all: readonly CellRow[]): string {
  const open = all.filter((row) => !isWellRehearsed(row)).length
  const cells = counted(all.length, 'cell')
  return open === 0
    ? `${cells}: nothing was broken; traffic and looks worked.`
    : `${cells}: nothing was broken; in ${open} of them traffic or looks did not work.`
}
