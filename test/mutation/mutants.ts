import { type Node, parseSync, visitorKeys } from 'oxc-parser'

/** One small change of a source that its tests must notice. */
export interface Mutant {
  readonly line: number
  /** Where in the source, and what stands there instead. */
  readonly start: number
  readonly end: number
  readonly text: string
}

const swapped: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '+': '-',
  '-': '+',
  '&&': '||',
  '||': '&&',
  '??': '&&',
}
const methods: Readonly<Record<string, string>> = { some: 'every', every: 'some', min: 'max', max: 'min' }

/** Every mutant of a source: operators, conditions, negations, truths, quantifiers. */
export function mutantsOf(source: string): Mutant[] {
  const { program } = parseSync('a.ts', source)
  const found: Mutant[] = []
  const lineOf = (at: number) => source.slice(0, at).split('\n').length
  const put = (start: number, end: number, text: string) => found.push({ line: lineOf(start), start, end, text })
  const visit = (node: Node) => {
    if (node.type.startsWith('TS')) return
    mutate(node, source, put)
    for (const key of visitorKeys[node.type] ?? []) {
      const inner: unknown = new Map<string, unknown>(Object.entries(node)).get(key)
      for (const one of Array.isArray(inner) ? inner : [inner]) if (isNode(one)) visit(one)
    }
  }
  visit(program)
  return found
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

type Put = (start: number, end: number, text: string) => void

function mutate(node: Node, source: string, put: Put): void {
  if (node.type === 'BinaryExpression' || node.type === 'LogicalExpression') {
    const other = swapped[node.operator]
    const at = source.indexOf(node.operator, node.left.end)
    if (other && at >= 0 && at < node.right.start) put(at, at + node.operator.length, other)
  }
  if (node.type === 'UnaryExpression' && node.operator === '!') put(node.start, node.start + 1, '')
  if (node.type === 'Literal' && typeof node.value === 'boolean') put(node.start, node.end, String(!node.value))
  if (node.type === 'IfStatement' || node.type === 'ConditionalExpression') {
    put(node.test.start, node.test.end, 'true')
    put(node.test.start, node.test.end, 'false')
  }
  if (node.type !== 'MemberExpression' || node.property.type !== 'Identifier') return
  const other = methods[node.property.name]
  if (other) put(node.property.start, node.property.end, other)
}
