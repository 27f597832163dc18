import { childrenOfExpr, type Expr, errorAt } from './promql.ts'

type ValueType = 'vector' | 'scalar' | 'matrix' | 'string'

/** Functions that look at a stretch of time: each wants one range. */
const ofRanges: readonly string[] = [
  ...['rate', 'increase', 'irate', 'delta', 'idelta', 'deriv', 'changes', 'resets', 'predict_linear', 'holt_winters'],
  'double_exponential_smoothing',
]
const isOfRange = (name: string) => ofRanges.includes(name) || name.endsWith('_over_time')

const scalars: readonly string[] = ['scalar', 'time', 'pi']
const comparisons: readonly string[] = ['==', '!=', '>', '<', '>=', '<=']
const sets: readonly string[] = ['and', 'or', 'unless']

export const isComparison = (op: string): boolean => comparisons.includes(op)
export const isSet = (op: string): boolean => sets.includes(op)

/** What kind of value an expression has. */
export function typeOf(expr: Expr): ValueType {
  switch (expr.is) {
    case 'number':
      return 'scalar'
    case 'string':
      return 'string'
    case 'range':
    case 'subquery':
      return 'matrix'
    case 'selector':
    case 'aggregate':
      return 'vector'
    case 'call':
      return scalars.includes(expr.name) ? 'scalar' : 'vector'
    case 'binary':
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'vector'
    default:
      return typeOf(expr.of)
  }
}

/** Throws PromqlError where a value of one type stands in the place of another, as Prometheus refuses it. */
export function expectTypes(text: string, expr: Expr): void {
  if (expr.is === 'call' || expr.is === 'aggregate') expectArgs(text, expr.name, expr.args, expr.is)
  if (expr.is === 'binary') {
    const types = [typeOf(expr.left), typeOf(expr.right)]
    if (types.some((type) => type === 'matrix' || type === 'string')) {
      throw errorAt(text, expr.from, `'${expr.op}' takes no ${types.includes('matrix') ? 'range' : 'text'}`)
    }
    if (isComparison(expr.op) && !expr.bool && !types.includes('vector')) {
      throw errorAt(text, expr.from, `two numbers are compared with 'bool': '${expr.op} bool'`)
    }
    if (isSet(expr.op) && types.includes('scalar')) throw errorAt(text, expr.from, `'${expr.op}' takes no number`)
  }
  if (expr.is === 'range' && expr.of.is !== 'selector') throw errorAt(text, expr.from, 'a range is of a selector')
  for (const child of childrenOfExpr(expr)) expectTypes(text, child)
}

function expectArgs(text: string, name: string, args: readonly Expr[], is: 'call' | 'aggregate'): void {
  const ranged = args.filter((arg) => typeOf(arg) === 'matrix')
  if (is === 'call' && isOfRange(name)) {
    if (ranged.length === 1) return
    const at = args.find((arg) => typeOf(arg) === 'vector') ?? args[0]
    throw errorAt(text, at?.from ?? 0, `${name}() looks at a range: write it with one, like [5m]`)
  }
  const [wrong] = ranged
  if (wrong) throw errorAt(text, wrong.from, `${name}() takes no range`)
}
