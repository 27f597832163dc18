import { ownOf } from '../kit/own.ts'
import { absentIn, type Here, shopHere } from './here.ts'
import { type GivenRule, needsOf, parsed } from './needs.ts'
import { type Selector, selectorsOf } from './promql.ts'
import { missedBy } from './results.ts'

/** What Prometheus makes itself. */
const own: readonly string[] = ['up', 'ALERTS', 'ALERTS_FOR_STATE']

const fromScrape: readonly string[] = ['job', 'instance', '__name__']

/** What a rule makes of nothing is nothing: the reason; null: it makes series; undefined: no rule makes this name. */
type Recorded = (metric: string) => string | null | undefined

interface Known {
  here: Here
  recorded: Recorded
}

/** Why a selector finds nothing here, as far as its names tell; null: it may. */
function unknownIn({ metric, matchers }: Selector, { here, recorded }: Known): string | null {
  if (metric === null) return null
  const made = recorded(metric)
  if (made !== undefined) return made
  const job = matchers.find(({ label, op, value }) => label === 'job' && op === '=' && value !== '')
  const { jobs, families, brought, absent } = here
  const family = familyOf(metric, families)
  const why = absentIn(absent, metric)
  if (why !== undefined) return `${metric}: ${why}`
  if (family === undefined && !own.includes(metric) && !brought.test(metric)) return `no metric ${metric} here`
  if (job && !jobs.includes(job.value)) return `no job '${job.value}' here: there are ${jobs.join(', ')}`
  if (!family) return null
  const label = matchers.find(({ label: name, op, value }) => {
    return op.startsWith('=') && value !== '' && !family.includes(name) && !fromScrape.includes(name) && value !== '.*'
  })?.label
  return label === undefined ? null : `${metric} has no label ${label} here: it has ${[...family, 'job'].join(', ')}`
}

/** The labels of a series of this name; undefined where no metric is called so. */
function familyOf(metric: string, all: Here['families']): readonly string[] | undefined {
  const found = ownOf(all, metric)
  if (found && found.type === undefined) return found.labels
  const [, base = '', part = ''] = /^(.+)_(bucket|sum|count)$/.exec(metric) ?? []
  const histogram = ownOf(all, base)
  if (histogram?.type !== 'histogram') return undefined
  return part === 'bucket' ? [...histogram.labels, 'le'] : histogram.labels
}

/** A selector, and why it finds nothing here; null: it may find something. */
export interface LookedFor {
  readonly selector: string
  readonly unknown: string | null
}

/** What the expression of a rule looks at, each selector once; `all` are the rules that are loaded with it. */
export function lookedFor(
  rule: GivenRule,
  all: readonly GivenRule[],
  here: Here = shopHere,
  trail: readonly string[] = [],
): LookedFor[] {
  const recorded: Recorded = (metric) => {
    const makers = all.filter(({ kind, name }) => kind === 'record' && name === metric)
    if (makers.length === 0 || trail.includes(metric)) return makers.length === 0 ? undefined : null
    const reasons = makers.map((maker) => cannotFire(maker, all, here, [...trail, metric]))
    return reasons.every((reason) => reason !== null) ? `${metric} is made of nothing: ${reasons[0]}` : null
  }
  const tree = parsed(rule.expr)
  const looked = (tree ? selectorsOf(tree) : []).map((one) => ({
    selector: one.text,
    unknown: unknownIn(one, { here, recorded }),
  }))
  return [...new Map(looked.map((one) => [one.selector, one])).values()]
}

/** Why a rule cannot have a result here, whatever happens, by its expression or for want of metrics; null: it can. */
export function cannotFire(
  rule: GivenRule,
  all: readonly GivenRule[],
  here: Here = shopHere,
  trail: readonly string[] = [],
): string | null {
  const tree = parsed(rule.expr)
  const never = needsOf(rule, all)?.never ?? null
  if (never !== null || !tree) return never
  const looked = lookedFor(rule, all, here, trail)
  const missed = missedBy(tree, (selector) => looked.find((one) => one.selector === selector)?.unknown === null)
  return looked.find(({ selector }) => missed.includes(selector))?.unknown ?? null
}
