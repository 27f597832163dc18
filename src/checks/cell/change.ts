import { showMs } from '../../kit/duration.ts'
import type { PlannedCell } from '../../kit/matrix/cell.ts'
import type { Handling } from '../../kit/matrix/handling.ts'
import type { CellFigures } from './cell-figures.ts'
import { isSlower } from './felt.ts'

interface Met {
  readonly planned: PlannedCell
  readonly figures: CellFigures
  readonly handling: Handling
  /** `proxy_next_upstream`, by the family of the pass. */
  readonly named: (directive: string) => string
}

/** A change in words, and the directive of Nginx that it is about. */
interface Change {
  readonly change: string
  readonly directive: string
}

/** A pattern of facts, and what it says; undefined: it is not there. */
type Pattern = (met: Met) => Change | undefined

/** The one change that the facts name, by the first pattern that they have; nulls: they name none. */
export function changeFor(planned: PlannedCell, figures: CellFigures): Change | { change: null; directive: null } {
  const none = { change: null, directive: null }
  if (figures.failed === 0 && !isSlower(figures)) return none
  const { handling } = planned
  if (!handling) return withoutConfiguration(planned) ?? none
  const named = (directive: string) => `\`${handling.family}_${directive}\``
  const met = { planned, figures, handling, named }
  return patterns.map((pattern) => pattern(met)).find((one) => one !== undefined) ?? none
}

function withoutConfiguration({ kind, wellBeside, group }: PlannedCell): Change | undefined {
  return kind === 'server' && wellBeside === 0 ? aSecondServer(group) : undefined
}

const aSecondServer = (group: string | null): Change => ({
  change: `${group} has no second server that could answer: give it one.`,
  directive: 'server',
})

const patterns: readonly Pattern[] = [
  // What does not end is worse than anything that does.
  ({ planned, figures, handling }) => {
    if (figures.endedBy !== 'not at all' || handling.resolves || planned.mode !== 'recreate') return undefined
    const how = handling.isGroup ? '`resolve` behind its `server` line, with a `zone`' : 'a variable in its pass'
    const once = `Nginx looked up the address of ${planned.target} once, when it started`
    return { change: `${once}: \`resolver\` and ${how} let it find the new one.`, directive: 'server' }
  },
  ({ planned: { kind, wellBeside, group } }) =>
    kind === 'server' && wellBeside === 0 ? aSecondServer(group) : undefined,
  ({ figures, handling }) => {
    if (figures.noneLeftAfter === 0 || (figures.failedAfterEndMs ?? 0) < 1_000) return undefined
    const { failTimeoutMs } = handling
    const out = `Its servers stayed out for \`fail_timeout\` (${showMs(failTimeoutMs)})`
    return { change: `${out} when they were well again: a shorter one ends that sooner.`, directive: 'fail_timeout' }
  },
  ({ planned, figures, handling, named }) => {
    if (planned.wellBeside === 0 || figures.failed === 0 || !handling.nextUpstream.includes('off')) return undefined
    const off = `${named('next_upstream')} is off, so no other server is asked: let it be \`error timeout\`.`
    return { change: off, directive: `${handling.family}_next_upstream` }
  },
  ({ planned, figures, handling, named }) => {
    const wanted = retryWords(planned)
    if (planned.wellBeside === 0 || figures.failed === 0 || !wanted || handling.nextUpstream.includes(wanted))
      return undefined
    const unnamed = `${named('next_upstream')} does not name \`${wanted}\``
    const change = `${unnamed}, so what one server answers so is passed on: add it, and the other is asked.`
    return { change, directive: `${handling.family}_next_upstream` }
  },
  ({ planned, figures, handling, named }) => {
    const { writes, failed } = figures
    const areWrites = writes !== null && writes.lost > 0 && writes.lost >= failed / 2
    if (planned.wellBeside === 0 || !areWrites || handling.nextUpstream.includes('non_idempotent')) return undefined
    const not = `${named('next_upstream')} does not repeat POSTs`
    const change = `${not}: where servers know a write by its key, \`non_idempotent\` lets it.`
    return { change, directive: `${handling.family}_next_upstream` }
  },
  ({ planned, figures, handling }) => {
    if (planned.wellBeside === 0 || handling.maxFails.most > 0) return undefined
    const met = figures.hiddenRetries ? `, and ${figures.hiddenRetries} requests went there first` : ''
    const change = `\`max_fails=0\` keeps a broken server among those that are asked${met}: let it be 1 or more.`
    return { change, directive: 'max_fails' }
  },
  ({ planned, figures, handling, named }) => {
    const { waits } = planned
    if (!waits || !isSlower(figures)) return undefined
    const directive = `${waits.for}_timeout`
    const isDefault = !handling.written.includes(`${handling.family}_${directive}`)
    if (waits.ms < 1_000) return undefined
    const ownMs = waits.for === 'connect' ? handling.connectMs : handling.readMs
    if (waits.ms < ownMs) {
      const kernel = `No container has the address of what is gone, which the kernel tells after ${showMs(waits.ms)}`
      const change = `${kernel}: a shorter ${named(directive)} (it is ${showMs(ownMs)}) asks the next server sooner.`
      return { change, directive: `${handling.family}_${directive}` }
    }
    const then = planned.wellBeside > 0 ? 'before the next server is asked' : 'before users are told'
    const long = `${showMs(waits.ms)}${isDefault ? " (Nginx's default)" : ''}`
    const change = `${named(directive)} is ${long}, and so long each request waits ${then}: a shorter one helps.`
    return { change, directive: `${handling.family}_${directive}` }
  },
  ({ planned, figures, handling, named }) => {
    if (!handling.caches || handling.useStale.length > 0 || figures.failed === 0 || planned.wellBeside > 0)
      return undefined
    const holds = `${named('cache')} holds answers and gives none of them when servers fail`
    const change = `${holds}: ${named('cache_use_stale')} \`error timeout\` would.`
    return { change, directive: `${handling.family}_cache_use_stale` }
  },
]

/** The word of `…_next_upstream` that this failure is called by, where it must be named. */
function retryWords({ mode }: PlannedCell): string | undefined {
  const status = /^status-(\d{3})$/.exec(mode)?.[1]
  if (status !== undefined) return `http_${status}`
  return mode.endsWith('-header') ? 'invalid_header' : undefined
}
