import type { Node } from 'oxc-parser'
import { type Source, visit } from './source.ts'

/** A length of time that is written out in the sources. */
export interface Clock {
  /** What holds it: a constant, a field, a parameter, or the function that is given it. */
  name: string
  line: number
}

/** What ends in these is a length of time, in ms. */
const isName = (name: string) => /(^ms|Ms)$/.test(name) || name === 'timeout'
/** Functions that wait so many ms. */
const waits = ['sleep', 'sleepFor', 'within', 'limited', 'setTimeout', 'setInterval']

/** Every length of time in a file that is a number and not computed from what was measured, each name once. */
export function clocksOf({ program, lineAt }: Source): Clock[] {
  const found = new Map<string, number>()
  const take = (name: string, node: Node) => {
    if (!found.has(name)) found.set(name, lineAt(node.start))
  }
  visit(program, (node) => {
    for (const { name, value } of holders(node)) if (isConstant(value)) take(name, node)
    if (node.type !== 'CallExpression') return
    const callee = node.callee.type === 'MemberExpression' ? node.callee.property : node.callee
    const name = callee.type === 'Identifier' ? callee.name : ''
    if (waits.includes(name) && node.arguments.some(isConstant)) take(name, node)
  })
  return [...found].map(([name, line]) => ({ name, line }))
}

/** `const aMs = 1`, `{ aMs: 1 }`, `(aMs = 1)`, and a field of a schema with such a default. */
function holders(node: Node): { name: string; value: Node }[] {
  const [left, right] =
    node.type === 'VariableDeclarator'
      ? [node.id, node.init]
      : node.type === 'Property'
        ? [node.key, node.value]
        : node.type === 'AssignmentPattern'
          ? [node.left, node.right]
          : [null, null]
  if (left?.type !== 'Identifier' || !right || !isName(left.name)) return []
  return [{ name: left.name, value: defaultOf(right) ?? right }]
}

function defaultOf(node: Node): Node | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined
  const { property } = node.callee
  return property.type === 'Identifier' && property.name === 'default' ? node.arguments[0] : undefined
}

/** A number other than 0, or one computed from numbers and names of lengths alone. */
function isConstant(node: Node): boolean {
  const parts = partsOf(node)
  return (parts ?? []).some((part) => part.type === 'Literal' && part.value !== 0)
}

function partsOf(node: Node): Node[] | undefined {
  if (node.type === 'Literal') return typeof node.value === 'number' ? [node] : undefined
  if (node.type === 'Identifier') return isName(node.name) ? [node] : undefined
  if (node.type !== 'BinaryExpression') return undefined
  const [left, right] = [partsOf(node.left), partsOf(node.right)]
  return left && right && [...left, ...right]
}
