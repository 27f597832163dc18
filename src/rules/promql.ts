import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { literalTrouble, patternTrouble, spelledForGrammar, takesEverything } from './literals.ts'
import { promDurationMs } from './prom-duration.ts'

interface Span {
  /** Where it stands in the expression's text. */
  readonly from: number
  readonly to: number
}

export interface Selector extends Span {
  readonly is: 'selector'
  /** As Prometheus would be asked for it, without range, offset and `@`. */
  readonly text: string
  /** Null where the name is matched by a pattern, or by none. */
  readonly metric: string | null
  readonly matchers: readonly { label: string; op: string; value: string }[]
}

export interface Call extends Span {
  readonly is: 'call'
  readonly name: string
  readonly args: readonly Expr[]
}

export interface Aggregate extends Span {
  readonly is: 'aggregate'
  readonly name: string
  /** The labels that are kept, or those that are left out; neither: none is kept. */
  readonly by: readonly string[] | null
  readonly without: readonly string[] | null
  readonly args: readonly Expr[]
}

export interface Binary extends Span {
  readonly is: 'binary'
  readonly op: string
  /** With it a comparison answers 0 or 1 and leaves nothing out. */
  readonly bool: boolean
  readonly on: readonly string[] | null
  readonly ignoring: readonly string[] | null
  readonly group: 'left' | 'right' | null
  /** `on (…) group_left (…)` as it is written; empty: none. */
  readonly matching: string
  readonly left: Expr
  readonly right: Expr
}

/** An expression of PromQL, as far as somebody must know it who asks what it looks at. */
export type Expr =
  | Selector
  | Call
  | Aggregate
  | Binary
  | (Span & { readonly is: 'number' | 'string' })
  | (Span & { readonly is: 'paren' | 'unary' | 'at'; readonly of: Expr })
  | (Span & { readonly is: 'range' | 'subquery' | 'offset'; readonly of: Expr; readonly ms: number })

/** What is wrong with an expression, and at which of its lines and columns. */
export class PromqlError extends Error {}

/** The expression as a tree. Throws PromqlError with line and column of the first place that no PromQL has. */
export function parsePromql(text: string): Expr {
  const tree = parser.parse(spelledForGrammar(text))
  let wrong: SyntaxNode | undefined
  let literal: PromqlError | undefined
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) wrong ??= node.node
      const trouble = literal ? null : literalTrouble(text, node.node)
      if (trouble !== null) literal = errorAt(text, node.from, trouble)
      return wrong === undefined
    },
  })
  if (text.trim() === '') throw new PromqlError('is empty')
  if (literal) throw literal
  if (wrong) throw errorAt(text, wrong.from, unexpected(text, wrong))
  const [top] = childrenOf(tree.topNode)
  if (!top) throw new PromqlError('is empty')
  return exprOf(text, top)
}

/** `1:12: …`, as people and editors count. */
export function errorAt(text: string, at: number, what: string): PromqlError {
  const before = text.slice(0, at).split('\n')
  return new PromqlError(`${before.length}:${(before.at(-1)?.length ?? 0) + 1}: ${what}`)
}

/** All of its parts that are asked for, itself first. */
export function childrenOfExpr(expr: Expr): readonly Expr[] {
  if ('of' in expr) return [expr.of]
  if ('args' in expr) return expr.args
  return expr.is === 'binary' ? [expr.left, expr.right] : []
}

/** Every selector, in the order in which they are written. */
export function selectorsOf(expr: Expr): Selector[] {
  return expr.is === 'selector' ? [expr] : childrenOfExpr(expr).flatMap(selectorsOf)
}

function unexpected(text: string, { from, to, parent }: SyntaxNode): string {
  const rest = text.slice(from, Math.max(to, from + 1))
  const word = /^[\w:.]+/.exec(text.slice(from))?.[0] ?? rest
  if (from >= text.trimEnd().length) return 'it ends where something must follow'
  const called = parent?.name === 'VectorSelector' && rest.startsWith('(') && /\w+$/.exec(text.slice(0, from))
  return called ? `there is no function '${called[0]}'` : `'${word}' was not expected here`
}

const skipped: readonly string[] = ['LineComment']

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (!skipped.includes(child.name)) found.push(child)
  return found
}

function exprOf(text: string, node: SyntaxNode): Expr {
  const span = { from: node.from, to: node.to }
  const inner = () => exprOf(text, childrenOf(node)[0] ?? node)
  switch (node.name) {
    case 'NumberDurationLiteral':
      return { ...span, is: 'number' }
    case 'StringLiteral':
      return { ...span, is: 'string' }
    case 'VectorSelector':
      return selectorOf(text, node)
    case 'ParenExpr':
      return { ...span, is: 'paren', of: inner() }
    case 'UnaryExpr':
      return { ...span, is: 'unary', of: exprOf(text, childrenOf(node).at(-1) ?? node) }
    case 'StepInvariantExpr':
      return shifted(text, node, inner(), 'at')
    case 'AnchoredExpr':
    case 'SmoothedExpr':
      throw errorAt(text, node.from, 'this Prometheus knows neither anchored nor smoothed')
    case 'MatrixSelector':
      return { ...span, is: 'range', of: inner(), ms: durationIn(text, node, 'DurationExpr') }
    case 'SubqueryExpr':
      return { ...span, is: 'subquery', of: inner(), ms: durationIn(text, node, 'DurationExpr') }
    case 'OffsetExpr':
      return shifted(text, node, inner(), 'offset')
    case 'FunctionCall':
      return { ...span, is: 'call', name: nameIn(text, node, 'FunctionIdentifier'), args: argsOf(text, node) }
    case 'AggregateExpr':
      return aggregateOf(text, node)
    case 'BinaryExpr':
      return binaryOf(text, node)
    default:
      throw errorAt(text, node.from, `'${text.slice(node.from, node.to)}' is nothing that this Prometheus knows`)
  }
}

/**
 * `offset` and `@` are of what stands right before them, a selector, its range or a subquery, and the grammar takes
 * everything before for it: `a > b offset 5m`.
 */
function shifted(text: string, node: SyntaxNode, before: Expr, is: 'offset' | 'at'): Expr {
  const { to } = node
  if (before.is === 'binary') return { ...before, to, right: shifted(text, node, before.right, is) }
  if (before.is === 'unary') return { from: before.from, to, is: 'unary', of: shifted(text, node, before.of, is) }
  const name = is === 'at' ? '@' : 'offset'
  let bare: Expr = before
  while (bare.is === 'offset' || bare.is === 'at') {
    if (bare.is === is) throw errorAt(text, before.from, `a second ${name}`)
    bare = bare.of
  }
  if (bare.is !== 'selector' && bare.is !== 'range' && bare.is !== 'subquery') {
    throw errorAt(text, before.from, `${name} follows a selector, its range or a subquery`)
  }
  const span = { from: before.from, to, of: before }
  return is === 'at' ? { ...span, is } : { ...span, is, ms: durationIn(text, node, 'OffsetDurationExpr') }
}

const nameIn = (text: string, node: SyntaxNode, child: string): string => {
  const found = node.getChild(child)
  return found ? text.slice(found.from, found.to).toLowerCase() : ''
}

function argsOf(text: string, node: SyntaxNode): Expr[] {
  const body = node.getChild('FunctionCallBody')
  return body ? childrenOf(body).map((child) => exprOf(text, child)) : []
}

function durationIn(text: string, node: SyntaxNode, child: string): number {
  const found = node.getChild(child)
  const [, sign = '', written = ''] =
    /^\s*([-+]?)\s*(.*?)\s*$/s.exec(found ? text.slice(found.from, found.to) : '') ?? []
  const ms = promDurationMs(written)
  if (ms === undefined || !found) throw errorAt(text, found?.from ?? node.from, `'${written}' is no duration`)
  if (sign === '-' && child === 'DurationExpr') throw errorAt(text, found.from, 'a range looks back, never ahead')
  if (ms === 0 && child === 'DurationExpr') throw errorAt(text, found.from, 'a range of 0 holds nothing')
  return sign === '-' ? -ms : ms
}

function selectorOf(text: string, node: SyntaxNode): Selector {
  const name = node.getChild('Identifier')
  const inner = node.getChild('LabelMatchers')
  const matchers = (inner ? childrenOf(inner) : []).map((matcher) => {
    const [label, op, value] = childrenOf(matcher)
    const shown = (one: SyntaxNode | undefined) => (one ? text.slice(one.from, one.to) : '')
    if (!op) return { label: '__name__', op: '=', value: unquoted(shown(label)) }
    return { label: unquoted(shown(label)), op: shown(op), value: unquoted(shown(value)) }
  })
  for (const { op, value } of matchers) {
    const trouble = op.endsWith('~') ? patternTrouble(value) : null
    if (trouble !== null) throw errorAt(text, node.from, trouble)
  }
  if (!name && takesEverything(matchers)) {
    throw errorAt(text, node.from, 'a selector needs a name, or a label that has a value')
  }
  const named = matchers.find(({ label, op }) => label === '__name__' && op === '=')?.value
  const metric = name ? text.slice(name.from, name.to) : (named ?? null)
  const { from, to } = node
  const written = text.slice(from, to)
  // A comment ends with its line.
  const shown = written.includes('#') ? written : written.replace(/\s*\n\s*/g, ' ')
  return { is: 'selector', from, to, text: shown, metric, matchers }
}

function unquoted(text: string): string {
  const quote = text[0]
  if (quote !== '"' && quote !== "'" && quote !== '`') return text
  const inner = text.slice(1, -1)
  return quote === '`' ? inner : inner.replace(/\\(["'\\])/g, '$1')
}

const labelsIn = (text: string, node: SyntaxNode | null): string[] =>
  (node?.getChildren('LabelName') ?? []).concat(node?.getChildren('QuotedLabelName') ?? []).map((one) => {
    return unquoted(text.slice(one.from, one.to))
  })

function aggregateOf(text: string, node: SyntaxNode): Aggregate {
  const modifier = node.getChild('AggregateModifier')
  const labels = labelsIn(text, modifier?.getChild('GroupingLabels') ?? null)
  return {
    is: 'aggregate',
    from: node.from,
    to: node.to,
    name: nameIn(text, node, 'AggregateOp'),
    by: modifier?.getChild('By') ? labels : null,
    without: modifier?.getChild('Without') ? labels : null,
    args: argsOf(text, node),
  }
}

const aside: readonly string[] = ['BoolModifier', 'MatchingModifierClause']

function binaryOf(text: string, node: SyntaxNode): Binary {
  const clause = node.getChild('MatchingModifierClause')
  const [left, op, right] = childrenOf(node).filter(({ name }) => !aside.includes(name))
  if (!left || !op || !right || node.getChild('FillModifier')) {
    throw errorAt(text, node.from, 'this Prometheus does not know this operation')
  }
  const isSet = ['And', 'Or', 'Unless'].includes(op.name)
  if (isSet && (clause?.getChild('GroupLeft') || clause?.getChild('GroupRight'))) {
    throw errorAt(text, node.from, `'${text.slice(op.from, op.to)}' has neither group_left nor group_right`)
  }
  const labels = labelsIn(text, clause?.getChild('GroupingLabels') ?? null)
  const group = clause?.getChild('GroupLeft') ? 'left' : clause?.getChild('GroupRight') ? 'right' : null
  return {
    is: 'binary',
    from: node.from,
    to: node.to,
    op: text.slice(op.from, op.to).toLowerCase(),
    bool: node.getChild('BoolModifier') !== null,
    on: clause?.getChild('On') ? labels : null,
    ignoring: clause?.getChild('Ignoring') ? labels : null,
    group,
    matching: clause ? text.slice(clause.from, clause.to) : '',
    left: exprOf(text, left),
    right: exprOf(text, right),
  }
}
