import { unmatchedLabel } from './labels.ts'
import { type Aggregate, type Binary, childrenOfExpr, type Expr, type Selector, selectorsOf } from './promql.ts'
import { isComparison, typeOf } from './value-types.ts'

/** Aggregations that leave series out and keep the labels of the others. */
const choosing: readonly string[] = ['topk', 'bottomk', 'limitk', 'limit_ratio']
const absences: readonly string[] = ['absent', 'absent_over_time']

/** Why an expression can never have a result, whatever is measured; null: it can. */
export function neverBecause(expr: Expr): string | null {
  if (expr.is === 'selector') return contradiction(expr)
  if (expr.is === 'call') {
    if (expr.name === 'histogram_quantile') {
      const lost = lostBuckets(expr.args[1])
      if (lost !== null) return lost
    }
    if (absences.includes(expr.name) || expr.name === 'scalar') return null
  }
  if (expr.is === 'binary') {
    const [left, right] = [neverBecause(expr.left), neverBecause(expr.right)]
    if (expr.op === 'or') return left !== null && right !== null ? left : null
    return expr.op === 'unless' ? left : (left ?? right ?? unmatched(expr))
  }
  return childrenOfExpr(expr).reduce<string | null>((reason, child) => reason ?? neverBecause(child), null)
}

function unmatched(expr: Binary): string | null {
  const label = unmatchedLabel(expr)
  return label && `one side of '${expr.op}' has '${label}' and the other has lost it, so that nothing matches`
}

function contradiction({ text, matchers }: Selector): string | null {
  const exact = matchers.filter(({ op }) => op === '=')
  const twice = exact.find(({ label, value }) => exact.some((one) => one.label === label && one.value !== value))
  return twice ? `${text} asks for two values of ${twice.label} at once` : null
}

/** A histogram of buckets is one by its `le`; one without buckets needs none, so only `_bucket` is spoken of. */
function lostBuckets(buckets: Expr | undefined): string | null {
  if (!buckets) return null
  const names = selectorsOf(buckets).map(({ metric }) => metric ?? '')
  if (names.length === 0 || !names.every((name) => name.endsWith('_bucket'))) return null
  return keeps(buckets, 'le') ? null : `'le' is lost before histogram_quantile, which asks for the quantile of nothing`
}

/** Can a result of it have this label? */
function keeps(expr: Expr, label: string): boolean {
  switch (expr.is) {
    case 'selector':
      return true
    case 'call':
      if (expr.name === 'label_replace' || expr.name === 'label_join') return true
      return expr.args.some((arg) => typeOf(arg) !== 'scalar' && keeps(arg, label))
    case 'aggregate':
      return keptBy(expr, label) && expr.args.some((arg) => keeps(arg, label))
    case 'binary':
      return keptByBoth(expr, label)
    case 'number':
    case 'string':
      return false
    default:
      return keeps(expr.of, label)
  }
}

function keptBy({ name, by, without }: Aggregate, label: string): boolean {
  if (choosing.includes(name) || name === 'count_values') return true
  return by !== null ? by.includes(label) : without !== null && !without.includes(label)
}

function keptByBoth({ op, on, ignoring, group, left, right }: Binary, label: string): boolean {
  const [fromLeft, fromRight] = [keeps(left, label), keeps(right, label)]
  if (op === 'or') return fromLeft || fromRight
  if (op === 'and' || op === 'unless' || typeOf(right) === 'scalar') return fromLeft
  if (typeOf(left) === 'scalar') return fromRight
  if (group !== null) return group === 'left' ? fromLeft : fromRight
  if (on !== null) return on.includes(label)
  return ignoring?.includes(label) !== true && fromLeft && fromRight
}

/**
 * The selectors for want of whose series an expression has had nothing to look at; empty: it had, or needs none. What
 * is asked for by its absence is not missed.
 */
export function missedBy(expr: Expr, isThere: (selector: string) => boolean): string[] {
  if (expr.is === 'selector') return isThere(expr.text) ? [] : [expr.text]
  if (expr.is === 'call' && (absences.includes(expr.name) || expr.name === 'scalar')) return []
  if (expr.is === 'binary') {
    const [left, right] = [missedBy(expr.left, isThere), missedBy(expr.right, isThere)]
    if (expr.op === 'or') return left.length > 0 && right.length > 0 ? unique([...left, ...right]) : []
    return expr.op === 'unless' ? left : unique([...left, ...right])
  }
  return unique(childrenOfExpr(expr).flatMap((child) => missedBy(child, isThere)))
}

const unique = (texts: readonly string[]) => [...new Set(texts)]

/**
 * The same without its conditions: it has a result whenever the values that are compared are there, however they
 * compare. What has no result by this could not have fired.
 */
export function withoutConditions(text: string, expr: Expr): string {
  const inner = (one: Expr): string => withoutConditions(text, one)
  if (expr.is === 'call' && absences.includes(expr.name)) return 'vector(1)'
  if (expr.is === 'binary' && expr.op === 'unless') return `(${inner(expr.left)})`
  if (expr.is === 'binary' && isComparison(expr.op) && !expr.bool) {
    if (typeOf(expr.right) === 'scalar') return `(${inner(expr.left)})`
    if (typeOf(expr.left) === 'scalar') return `(${inner(expr.right)})`
    // What follows group_left in brackets would be its labels.
    const matching = expr.group !== null && !expr.matching.endsWith(')') ? `${expr.matching}()` : expr.matching
    return `((${inner(expr.left)}) + ${matching} (${inner(expr.right)}))`
  }
  let [result, at] = ['', expr.from]
  for (const child of childrenOfExpr(expr)) {
    result += text.slice(at, child.from) + inner(child)
    at = child.to
  }
  return result + text.slice(at, expr.to)
}
