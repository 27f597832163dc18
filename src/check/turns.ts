import { join } from 'node:path'
import { BadgatewayError, type ExitCode, exitCodes } from '../kit/errors.ts'
import type { Cells } from '../modes/index.ts'
import type { ReportedVariant } from '../reporters/index.ts'
import type { StackPool } from '../stack/index.ts'
import { type Checked, type CheckOptions, check, chosenOn } from './flow.ts'

/** One of two stacks that are compared. */
export interface Side {
  /** `old`, `new`. */
  readonly name: string
  readonly checked: Checked
  readonly pool: StackPool
}

export interface TurnsOptions extends Omit<CheckOptions, keyof Checked | 'pool' | 'reporterFor' | 'isDry' | 'times'> {
  readonly sides: readonly [Side, Side]
  /** A cell begins: its name, which one it is, and of how many. */
  readonly onCell: (cell: string, at: number, of: number) => void
}

export interface TurnsEnd {
  /** What both sides met, by cell: that of the first side before that of the second. */
  readonly cells: ReadonlyMap<string, readonly [readonly ReportedVariant[], readonly ReportedVariant[]]>
  /** Cells that one side alone has. */
  readonly alone: readonly { readonly cell: string; readonly side: string; readonly because: string }[]
  readonly exitCode: ExitCode
}

/** Each play on one of both, in this order, so that a machine whose speed drifts is the same to both. */
export const turns = [0, 1, 1, 0] as const

/** Plays every cell that both stacks have on one and the other in turn. Both are up for the whole time. */
export async function inTurns(options: TurnsOptions): Promise<TurnsEnd> {
  const { sides, folder, signal, onCell } = options
  const found: Cells[] = []
  for (const side of sides) found.push(await chosenOn({ ...options, ...side.checked, pool: side.pool }))
  const { both, alone } = shared(sides, found)
  if (both.length === 0) {
    const [first] = alone
    const why = first ? `: ${first.cell} is there in ${first.side} alone: ${first.because}` : ''
    throw new BadgatewayError('USAGE', `No cell of what is wanted is there in both${why}`, 'badgateway check --list.')
  }
  const cells = new Map<string, [ReportedVariant[], ReportedVariant[]]>()
  let worst: ExitCode = exitCodes.pass
  for (const [at, cell] of both.entries()) {
    onCell(cell, at + 1, both.length)
    const met: [ReportedVariant[], ReportedVariant[]] = [[], []]
    for (const [turn, which] of turns.entries()) {
      if (signal.aborted || isBroken(worst)) break
      const { checked, pool, name } = sides[which]
      const wanted = { only: [cell], skip: [], ...heldFor(options) }
      const place = join(folder, cell.replaceAll('/', '-'), `${turn + 1}-${name}`)
      const end = await check({
        ...options,
        ...checked,
        pool,
        wanted,
        folder: place,
        say: nothing,
        reporterFor: silent,
      })
      met[which].push(...end.run.variants)
      if (isBroken(end.exitCode)) worst = end.exitCode
    }
    cells.set(cell, met)
  }
  return { cells, alone, exitCode: signal.aborted && !isBroken(worst) ? exitCodes.environment : worst }
}

const nothing = () => undefined
const silent = () => ({ name: 'turn', onPlan: nothing, onFact: nothing, onEnd: nothing })

const heldFor = ({ wanted: { holdMs } }: TurnsOptions) => (holdMs === undefined ? {} : { holdMs })

const isBroken = (code: ExitCode) => code === exitCodes.unclean || code === exitCodes.environment

function shared([a, b]: readonly [Side, Side], [ofA, ofB]: readonly Cells[]) {
  const names = (found: Cells | undefined) => found?.cells.map(({ name }) => name) ?? []
  const lacks = (found: Cells | undefined, cell: string) =>
    found?.left.find((one) => one.cell === cell)?.because ?? 'there is no such target'
  const both = names(ofA).filter((cell) => names(ofB).includes(cell))
  const only = (side: Side, mine: Cells | undefined, other: Cells | undefined) =>
    names(mine).flatMap((cell) => (both.includes(cell) ? [] : [{ cell, side: side.name, because: lacks(other, cell) }]))
  return { both, alone: [...only(a, ofA, ofB), ...only(b, ofB, ofA)] }
}
