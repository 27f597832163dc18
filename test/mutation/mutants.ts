import { type Node, parseSync, visitorKeys } from 'oxc-parser'
import { opposite } from './switch.ts'

/** One small change of a source that its tests must notice. */
export interface Mutant {
  readonly line: number
  /** Where in the source, and what stands there instead. */
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Text that is put into a source, or stands instead of a stretch of it. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

const methods: Readonly<Record<string, string>> = { some: 'every', every: 'some', min: 'max', max: 'min' }

/** Every mutant of a source: operators, conditions, negations, truths, quantifiers. */
export function mutantsOf(source: string): Mutant[] {
  return walked(source).mutants
}

/** The source with all of its mutants in it: `mutantSwitch` (see `switch.ts`) says which one is on. */
export function withSwitches(source: string): string {
  let text = ''
  let at = 0
  for (const edit of inOrder(walked(source).edits)) {
    text += source.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return text + source.slice(at)
}

/** What was found first comes first where several edits begin at one place: it is the outer one. */
const inOrder = (edits: readonly Edit[]) => edits.toSorted((a, b) => a.start - b.start)

interface Walk {
  readonly source: string
  readonly mutants: Mutant[]
  readonly edits: Edit[]
}

function walked(source: string): Walk {
  const walk: Walk = { source, mutants: [], edits: [] }
  const visit = (node: Node) => {
    if (node.type.startsWith('TS')) return
    const after = mutate(node, walk)
    for (const key of visitorKeys[node.type] ?? []) {
      const inner: unknown = new Map<string, unknown>(Object.entries(node)).get(key)
      for (const one of Array.isArray(inner) ? inner : [inner]) if (isNode(one)) visit(one)
    }
    walk.edits.push(...after)
  }
  visit(parseSync('a.ts', source).program)
  return walk
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** `n`, `end.n`, `sinceN`: no two facts have the same, so whether a comparison allows for it changes nothing. */
const isNumberOfFact = (text: string) => /(^|\.|\?\.)n( \?\? \w+\))?$|[a-z]N$/.test(text)

/** Notes the mutants of one node, and the edits before its inner ones; gives those that come after them. */
function mutate(node: Node, walk: Walk): Edit[] {
  const { source, edits } = walk
  const put = (start: number, end: number, text: string) => {
    walk.mutants.push({ line: source.slice(0, start).split('\n').length, start, end, text })
    return walk.mutants.length - 1
  }
  const insert = (at: number, text: string): Edit => ({ start: at, end: at, text })
  if (node.type === 'BinaryExpression' || node.type === 'LogicalExpression') {
    const { operator, left, right } = node
    const other = opposite[operator]
    const at = source.indexOf(operator, left.end)
    if (!other || at < 0 || at >= right.start) return []
    if (/^[<>]=?$/.test(operator) && [left, right].some((side) => isNumberOfFact(source.slice(side.start, side.end))))
      return []
    const id = put(at, at + operator.length, other)
    // What stands right of a logical operator is asked only when it has to be.
    const isLogical = node.type === 'LogicalExpression'
    edits.push(insert(node.start, `mutantSwitch.${isLogical ? 'logical' : 'binary'}(${id},'${operator}',`))
    if (isLogical) edits.push(insert(node.start, '()=>('))
    const between = { start: at, end: at + operator.length, text: isLogical ? '),()=>(' : ',' }
    return [between, insert(node.end, isLogical ? '))' : ')')]
  }
  if (node.type === 'UnaryExpression' && node.operator === '!') {
    const id = put(node.start, node.start + 1, '')
    edits.push({ start: node.start, end: node.start + 1, text: `mutantSwitch.not(${id},` })
    return [insert(node.end, ')')]
  }
  if (node.type === 'Literal' && typeof node.value === 'boolean') {
    const id = put(node.start, node.end, String(!node.value))
    edits.push(insert(node.start, `mutantSwitch.truth(${id},`))
    return [insert(node.end, ')')]
  }
  if (node.type === 'IfStatement' || node.type === 'ConditionalExpression') {
    const { start, end } = node.test
    const always = put(start, end, 'true')
    const never = put(start, end, 'false')
    edits.push(insert(start, `mutantSwitch.test(${always},${never},()=>(`))
    return [insert(end, '))')]
  }
  if (node.type !== 'MemberExpression' || node.property.type !== 'Identifier' || node.computed) return []
  const { object, property } = node
  const other = methods[property.name]
  if (!other) return []
  const id = put(property.start, property.end, other)
  const dot = node.optional ? '?.' : ''
  const called = `${dot}[mutantSwitch.method(${id},'${property.name}','${other}')]`
  return [{ start: object.end, end: property.end, text: called }]
}
