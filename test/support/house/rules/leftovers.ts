import type { Node } from 'oxc-parser'
import { isTest, type Rule, type Violation } from '../rule.ts'
import { type Source, visit } from '../source.ts'

const words = /\b(TODO|FIXME|XXX|HACK)\b/
const suites = ['describe', 'it', 'test', 'bench', 'suite']
const halves = ['only', 'skip', 'todo', 'fails', 'skipIf', 'runIf']

/** `it.skip`, `describe.each(…).only`: the name at the far left decides. */
function rootName(node: Node): string {
  if (node.type === 'Identifier') return node.name
  if (node.type === 'MemberExpression') return rootName(node.object)
  if (node.type === 'CallExpression') return rootName(node.callee)
  return ''
}

function leftover(node: Node, test: boolean): string | undefined {
  if (node.type === 'DebuggerStatement') return '`debugger` was left behind: remove it'
  if (node.type === 'Property' && node.key.type === 'Identifier' && node.key.name === 'retry' && test) {
    return '`retry` makes flakes into furniture: find out why it fails'
  }
  if (node.type !== 'MemberExpression' || node.property.type !== 'Identifier' || node.computed) return undefined
  if (rootName(node) === 'console' && !test) return '`console` was left behind: give the words to the caller'
  if (halves.includes(node.property.name) && suites.includes(rootName(node))) {
    return `\`.${node.property.name}\` leaves tests out: run them all`
  }
  return undefined
}

function leftoversOf({ path, program, comments, lineAt }: Source): Violation[] {
  const test = isTest(path) || path === 'vitest.config.ts'
  const found = comments
    .filter(({ value }) => words.test(value))
    .map(({ start, value }) => ({
      file: path,
      line: lineAt(start + 2 + value.search(words)),
      message: `'${words.exec(value)?.[0]}' was left behind: do it, or file an issue`,
    }))
  visit(program, (node) => {
    const message = leftover(node, test)
    if (message) found.push({ file: path, line: lineAt(node.start), message })
  })
  return found
}

export const noLeftovers: Rule = {
  name: 'nothing is left behind: reminders, console, debugger, tests left out, retries',
  check: ({ sources }) =>
    sources.filter(({ path }) => !path.startsWith('bench/') && !path.startsWith('build/')).flatMap(leftoversOf),
  bad: {
    files: {
      'src/kit/a.ts': "let a = 'TODO'\n/* later\n TODO */\nconsole.log(1)\ndebugger",
      'test/a.test.ts': "it.skip('', f)\ndescribe.each([])('').only()\nlist.skip(1)\nit('', { retry: 2 }, f)",
    },
    found: [
      ...['src/kit/a.ts:3', 'src/kit/a.ts:4', 'src/kit/a.ts:5'],
      ...['test/a.test.ts:1', 'test/a.test.ts:2', 'test/a.test.ts:4'],
    ],
  },
}

export const names: Rule = {
  name: 'no attic: no file is named after nothing',
  check: ({ sources }) =>
    sources
      .filter(({ path }) => /(^|\/)(utils?|helpers?|misc|common|stuff)(\/|\.ts$)/.test(path))
      .map(({ path }) => ({ file: path, line: 1, message: 'is an attic: name it by what it holds' })),
  bad: {
    files: { 'src/kit/utils.ts': '', 'src/common/a.ts': '', 'src/kit/commons.ts': '' },
    found: ['src/common/a.ts:1', 'src/kit/utils.ts:1'],
  },
}
