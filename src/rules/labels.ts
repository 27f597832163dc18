import type { Aggregate, Binary, Expr, Selector } from './promql.ts'
import { typeOf } from './value-types.ts'

/** Which labels each result of an expression has for certain, and which it can have. */
interface Labels {
  readonly certain: ReadonlySet<string>
  can(label: string): boolean
}

const anything: Labels = { certain: new Set(), can: () => true }
const none: Labels = { certain: new Set(), can: () => false }

const only = ({ certain, can }: Labels, keeps: (label: string) => boolean): Labels => {
  return { certain: new Set([...certain].filter(keeps)), can: (label) => keeps(label) && can(label) }
}

/** Functions that give their results labels of their own, or take some. */
const renaming: readonly string[] = ['label_replace', 'label_join', 'absent', 'absent_over_time', 'info']

function labelsOf(expr: Expr): Labels {
  switch (expr.is) {
    case 'selector':
      return ofSelector(expr)
    case 'aggregate':
      return ofAggregate(expr)
    case 'binary':
      return ofBinary(expr)
    case 'call': {
      if (expr.name === 'vector') return none
      const [of, ...others] = expr.args.filter((arg) => ['vector', 'matrix'].includes(typeOf(arg)))
      return of && others.length === 0 && !renaming.includes(expr.name) ? labelsOf(of) : anything
    }
    case 'number':
    case 'string':
      return anything
    default:
      return labelsOf(expr.of)
  }
}

/** What is scraped has `job` and `instance`; what rules record, and alerts, may have neither. */
function ofSelector({ metric, matchers }: Selector): Labels {
  const isScraped = metric !== null && !metric.includes(':') && !metric.startsWith('ALERTS')
  const asked = matchers.filter(({ op, value }) => (op === '=' && value !== '') || (op === '!=' && value === ''))
  const filled = matchers.filter(({ op, value }) => op === '=~' && matchesNothingEmpty(value))
  const named = [...asked, ...filled].map(({ label }) => label).filter((label) => label !== '__name__')
  return { certain: new Set([...(isScraped ? ['job', 'instance'] : []), ...named]), can: () => true }
}

function matchesNothingEmpty(pattern: string): boolean {
  try {
    return !new RegExp(`^(?:${pattern})$`).test('')
  } catch {
    return false
  }
}

function ofAggregate({ name, by, without, args }: Aggregate): Labels {
  const [of] = args.slice(-1)
  if (!of || name === 'count_values') return anything
  const inner = labelsOf(of)
  if (['topk', 'bottomk', 'limitk', 'limit_ratio'].includes(name)) return inner
  return only(inner, (label) => (by ? by.includes(label) : without !== null && !without.includes(label)))
}

function ofBinary(expr: Binary): Labels {
  const { op, left, right, on, ignoring, group } = expr
  if (typeOf(left) === 'scalar') return labelsOf(right)
  if (typeOf(right) === 'scalar' || op === 'and' || op === 'unless') return labelsOf(left)
  if (op === 'or' || group !== null) return anything
  return only(labelsOf(left), (label) => (on ? on.includes(label) : ignoring?.includes(label) !== true))
}

/** The label that one side has for certain and the other cannot have, so that nothing of both matches; null: none. */
export function unmatchedLabel(expr: Binary): string | null {
  const { op, left, right, on, ignoring } = expr
  if (op === 'or' || op === 'unless') return null
  if (typeOf(left) !== 'vector' || typeOf(right) !== 'vector') return null
  const isMatched = (label: string) => (on ? on.includes(label) : ignoring?.includes(label) !== true)
  const [one, other] = [labelsOf(left), labelsOf(right)]
  const lost = (from: Labels, to: Labels) => [...from.certain].find((label) => isMatched(label) && !to.can(label))
  return lost(one, other) ?? lost(other, one) ?? null
}
