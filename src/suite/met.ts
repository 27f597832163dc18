import { AssertionError } from 'node:assert'
import { join } from 'node:path'
import { type CellFigures, type CellRow, cellRow } from '../checks/index.ts'
import { factsOf } from '../journal/index.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { inertLines } from '../kit/inert.ts'
import type { ReportedVariant } from '../reporters/index.ts'
import * as questions from './questions.ts'

/** What users met while one thing was broken. */
export class Met {
  /** `refuse/api-1`. */
  readonly cell: string
  /** Why nobody can tell what they met, after it was repeated; null: it was measured. */
  readonly inconclusive: string | null
  /** Null: nobody can tell. */
  readonly figures: CellFigures | null
  /** What happened to its users, in one sentence. */
  readonly sentence: string
  /** The one change most likely to help; null: the facts name none. */
  readonly change: string | null
  /** Why the stack that was lent to the run before gave way to a new one; null: it did not. */
  readonly raisedAnew: string | null
  /** The report of the file, and the folder of this run. */
  readonly report: string
  readonly folder: string
  readonly #measured: questions.Measured | undefined

  constructor({ record, verdict }: ReportedVariant, folder: string) {
    const row = cellRow(record, verdict)
    if (!row) throw new BadgatewayError('INTERNAL', `${verdict.variant} is no cell`, 'This is a defect of badgateway.')
    const { figures } = row
    this.cell = row.cell
    this.inconclusive = figures ? null : openWords(row)
    this.figures = figures
    this.sentence = row.sentence
    this.change = row.change
    this.raisedAnew = factsOf(record.facts, 'stack-ready')[0]?.anew ?? null
    this.report = join(folder, 'matrix.html')
    this.folder = join(folder, verdict.variant)
    this.#measured = figures ? { record, row: { ...row, figures } } : undefined
  }

  /** What was not measured passes no question, and fails none. */
  answerTo(question: questions.Question): questions.Answer {
    if (this.#measured) return question(this.#measured)
    return { status: 'inconclusive', because: this.inconclusive ?? 'it was not measured' }
  }

  /** An answer with what happened, what helps, and where more is told. */
  told({ because }: questions.Answer): string {
    const lines = [
      `${this.cell}: ${because}`,
      ...(this.figures ? [`  ${this.sentence}`] : []),
      ...(this.change === null ? [] : [`  Most likely to help: ${this.change}`]),
      `  Report: ${this.report}`,
    ]
    return inertLines(lines.join('\n'))
  }

  /** AssertionError unless at most this share of the requests failed: `'0.5%'`, or 0.005. */
  mustFailAtMost(...asked: Parameters<typeof questions.failAtMost>): this {
    return this.#must(questions.failAtMost(...asked))
  }

  /** AssertionError unless users were served well again so soon after the fault's end. */
  mustRecoverWithin(...asked: Parameters<typeof questions.recoverWithin>): this {
    return this.#must(questions.recoverWithin(...asked))
  }

  /** AssertionError unless 95 of 100 answers came in this time, in every second of the fault. */
  mustAnswerWithin(...asked: Parameters<typeof questions.answerWithin>): this {
    return this.#must(questions.answerWithin(...asked))
  }

  /** AssertionError unless this alert was delivered. */
  mustAlert(...asked: Parameters<typeof questions.alert>): this {
    return this.#must(questions.alert(...asked))
  }

  /** AssertionError when an alert fired. */
  mustStaySilent(): this {
    return this.#must(questions.staySilent())
  }

  /** AssertionError when a request that changes something failed. */
  mustLoseNoWrites(): this {
    return this.#must(questions.loseNoWrites())
  }

  /** AssertionError when a request that changes something was sent to a second server. */
  mustRepeatNoWrites(): this {
    return this.#must(questions.repeatNoWrites())
  }

  /** AssertionError unless what `expect` in badgateway.yaml says of it was kept. */
  mustKeepBudgets(): this {
    return this.#must(questions.keepBudgets())
  }

  #must(question: questions.Question): this {
    const answer = this.answerTo(question)
    if (answer.status === 'pass') return this
    const open = answer.status === 'inconclusive' ? 'Inconclusive: ' : ''
    throw new AssertionError({ message: `${open}${this.told(answer)}` })
  }
}

function openWords({ because, sentence }: CellRow): string {
  return because.length > 0 ? because.join('; ') : sentence
}
