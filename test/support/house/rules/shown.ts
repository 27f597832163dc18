import type { Node } from 'oxc-parser'
import { type Rule, roomOf, type Violation } from '../rule.ts'
import { type Source, visit } from '../source.ts'

/** Rooms whose words reach a reader: a terminal, a CI log, a report. */
const tellers = ['cli', 'commands', 'reporters', 'experiment']

/** What makes text of anything without making it inert. */
const raw = ['String', 'join', 'padEnd', 'padStart', 'toString', 'slice', 'trim', 'concat']

const nameOf = (callee: Node): string => {
  if (callee.type === 'Identifier') return callee.name
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' ? callee.property.name : ''
}

const isInert = (node: Node | undefined) =>
  node?.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name.startsWith('inert')

/** A number, a choice of our own words, or what a function answers for: everything else may be captured. */
function mayBeCaptured(node: Node): boolean {
  if (node.type === 'CallExpression') return raw.includes(nameOf(node.callee))
  if (node.type === 'ConditionalExpression') return mayBeCaptured(node.consequent) || mayBeCaptured(node.alternate)
  if (node.type === 'TemplateLiteral') return node.expressions.some(mayBeCaptured)
  if (node.type === 'MemberExpression') return nameOf(node) !== 'length' && nameOf(node) !== 'size' && !node.computed
  return node.type === 'Identifier'
}

function isStream(callee: Node): boolean {
  if (callee.type !== 'MemberExpression') return false
  const { object } = callee
  if (object.type === 'Identifier' && object.name === 'console') return true
  return nameOf(callee) === 'write' && object.type === 'MemberExpression' && /^std(out|err)$/.test(nameOf(object))
}

function said({ path, program, lineAt }: Source): Violation[] {
  const found: Violation[] = []
  const add = (node: Node, message: string) => found.push({ file: path, line: lineAt(node.start), message })
  const tells = tellers.includes(roomOf(path))
  visit(program, (node) => {
    if (node.type !== 'CallExpression') return
    const [first] = node.arguments
    if (isStream(node.callee) && !isInert(first)) add(node, 'what leaves the process goes through `inertLines`')
    if (!tells || node.callee.type !== 'MemberExpression') return
    const { object } = node.callee
    if (nameOf(node.callee) === 'stringify' && object.type === 'Identifier' && object.name === 'JSON') {
      add(node, 'JSON for a reader is made with `inertJson`, in which nothing hides')
    }
    if (!/^(out|err|say)$/.test(nameOf(node.callee)) || first?.type !== 'TemplateLiteral') return
    for (const one of first.expressions) {
      if (mayBeCaptured(one)) add(one, 'what is put into a printed sentence goes through `inert`')
    }
  })
  return found
}

export const shown: Rule = {
  name: 'what is shown goes through src/kit/inert.ts',
  check: ({ sources }) => sources.filter(({ path }) => path.startsWith('src/')).flatMap(said),
  bad: {
    files: {
      'src/cli.ts':
        'process.stdout.write(inertLines(text))\nprocess.stderr.write(text)\nconsole.log(1)\nprocess.stdout.on("x")',
      'src/commands/a.ts': [
        `io.out(\`\${inert(name)} \${count(1)} \${list.length}\`)`,
        `io.out(\`\${name}\`)`,
        `io.err(\`a \${error.message}\`)`,
        `io.out(\`\${names.join(', ')}\`)`,
        'io.out(JSON.stringify(all))',
        'io.out(inertJson(all))',
      ].join('\n'),
      'src/kit/b.ts': 'JSON.stringify(all)',
    },
    found: [
      'src/cli.ts:2',
      'src/cli.ts:3',
      'src/commands/a.ts:2',
      'src/commands/a.ts:3',
      'src/commands/a.ts:4',
      'src/commands/a.ts:5',
    ],
  },
}
