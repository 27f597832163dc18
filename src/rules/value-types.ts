import { childrenOfExpr, type Expr, errorAt } from './promql.ts'
import { argumentTrouble, type ValueType } from './signatures.ts'

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
  if (expr.is === 'call' || expr.is === 'aggregate') {
    const trouble = argumentTrouble(expr.name, expr.is, expr.args.map(typeOf))
    if (trouble) throw errorAt(text, expr.args[trouble.at]?.from ?? expr.from, trouble.what)
  }
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
