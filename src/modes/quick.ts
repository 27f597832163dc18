import { type Cell, longLast, type Outcome, type TargetKind } from './mode.ts'

/** Of each outcome the modes that users feel most, the likeliest first. */
const felt: Readonly<Record<Outcome, readonly string[]>> = {
  gone: ['kill', 'stop', 'recreate'],
  refused: ['refuse', 'refuse-at-proxy'],
  silent: ['hang-headers', 'pause', 'drop'],
  slow: ['slow-answers', 'slow-bodies'],
  wrong: ['status-500', 'status-503'],
  // What was begun cannot be sent to another server.
  cut: ['reset-body', 'short-body', 'reset-headers'],
  starved: ['few-cores', 'disk-full', 'spike', 'out-of-memory'],
  misconfigured: ['wrong-port', 'expired-certificate', 'broken-restart'],
}

/** Users give up after ten seconds: so long is a silence held that would last for a minute. */
const patientMs = 13_000
const usualTargets: readonly TargetKind[] = ['server', 'group', 'proxy', 'dependency']

/**
 * One cell of each outcome at one server, where it has one, and the same at its whole group: of one server of several a
 * proxy may hide all, and then it would tell nothing. Beside them each dependency, gone.
 */
export function quickOf(cells: readonly Cell[]): Cell[] {
  const chosen = Object.entries(felt).flatMap(([outcome, names]) => {
    const own = cells.filter(({ mode }) => mode.outcome === outcome && mode.remedy === undefined)
    const ranked = own.toSorted((a, b) => rankOf(names, a) - rankOf(names, b))
    const [first] = ranked
    if (!first) return []
    const group = own.find(({ mode, target }) => {
      return mode === first.mode && target.kind === 'group' && target.upstream === first.target.upstream
    })
    return group && group !== first ? [first, group] : [first]
  })
  const needed = cells.filter(({ mode, target }) => mode.name === 'stop' && target.kind === 'dependency')
  return longLast([...chosen, ...needed].map(shortened))
}

/** Less is better: by mode, and then by target. */
function rankOf(names: readonly string[], { mode, target }: Cell): number {
  const [byMode, byTarget] = [names.indexOf(mode.name), usualTargets.indexOf(target.kind)]
  const [most, last] = [names.length, usualTargets.length]
  return (byMode < 0 ? most : byMode) * (last + 1) + (byTarget < 0 ? last : byTarget)
}

const shortened = (cell: Cell): Cell => ({ ...cell, holdMs: Math.min(cell.holdMs, patientMs) })
