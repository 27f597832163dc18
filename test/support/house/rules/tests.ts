import { posix } from 'node:path'
import type { Node } from 'oxc-parser'
import { covers } from '../architecture.ts'
import { isTest, type Rule, roomOf, type Violation } from '../rule.ts'
import { type Source, visit } from '../source.ts'

/** `it`, `test`, and what is made of them: `it.each(…)`. */
function isTestCall(callee: Node): boolean {
  if (callee.type === 'Identifier') return callee.name === 'it' || callee.name === 'test'
  if (callee.type === 'MemberExpression') return isTestCall(callee.object)
  if (callee.type === 'CallExpression') return isTestCall(callee.callee)
  return callee.type === 'TaggedTemplateExpression' && isTestCall(callee.tag)
}

const isBody = (node: Node) => node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression'

/** `expect(x)` by itself says nothing: it takes `.toBe(…)`, or a function of ours called `expectSuchAndSuch`. */
function asserts(body: Node): boolean {
  let found = false
  visit(body, (node, around) => {
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return
    const { name } = node.callee
    const parent = around.at(-1)
    if (name === 'expect' || name === 'expectTypeOf') found ||= parent?.type === 'MemberExpression'
    else if (/^(expect|assert)[A-Z]/.test(name)) found = true
  })
  return found
}

function unfinished(node: Node): boolean {
  if (node.type !== 'ExpressionStatement') return false
  const said = node.expression.type === 'AwaitExpression' ? node.expression.argument : node.expression
  if (said.type === 'CallExpression') return said.callee.type === 'Identifier' && said.callee.name === 'expect'
  return said.type === 'MemberExpression' && said.object.type === 'CallExpression' && unfinishedRoot(said.object)
}

const unfinishedRoot = (node: Node) =>
  node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'expect'

export const assertions: Rule = {
  name: 'a test asserts something',
  check: ({ sources }) =>
    sources
      .filter(({ path }) => isTest(path))
      .flatMap(({ path, program, lineAt }) => {
        const found: Violation[] = []
        const say = (node: Node, message: string) => found.push({ file: path, line: lineAt(node.start), message })
        visit(program, (node) => {
          if (unfinished(node)) say(node, '`expect` without a matcher asserts nothing: say what is expected')
          if (node.type !== 'CallExpression' || !isTestCall(node.callee)) return
          const body = node.arguments.find(isBody)
          if (body && !asserts(body)) say(node, 'a test without an assertion cannot fail: say what is expected')
        })
        return found
      }),
  bad: {
    files: {
      'test/unit/a.test.ts': [
        "it('a', () => { expect(1).toBe(1) })",
        "it('b', () => { go() })",
        "it.each([1])('c', async () => { await go() })",
        "test('d', () => { expectSound(1) })",
        "it('e', () => {",
        '  expect(1)',
        '  expect(1).toBe(1)',
        '})',
      ].join('\n'),
    },
    found: ['test/unit/a.test.ts:2', 'test/unit/a.test.ts:3', 'test/unit/a.test.ts:6'],
  },
}

/**
 * `src/faults/x.ts` has `test/unit/faults/x.test.ts`, or rows in a table of that room's tests, which name its kind:
 * `'x'`.
 */
function isTested(path: string, sources: readonly Source[]): boolean {
  const room = `test/unit/${roomOf(path)}/`
  const kind = posix.basename(path, '.ts')
  return sources
    .filter((source) => source.path.startsWith(room))
    .some((source) => posix.basename(source.path) === `${kind}.test.ts` || source.text.includes(`'${kind}'`))
}

export const pluggables: Rule = {
  name: 'what can be plugged in has a test',
  check({ sources, architecture }) {
    const frame = new Set(architecture.map.map(({ path }) => path))
    return sources
      .filter(({ path }) => architecture.additions.some((entry) => covers(entry, path)))
      .filter(({ path }) => !frame.has(path) && !isTested(path, sources))
      .map(({ path }) => {
        const test = `test/unit/${roomOf(path)}/${posix.basename(path, '.ts')}.test.ts`
        return { file: path, line: 1, message: `has no test: write ${test}` }
      })
  },
  bad: {
    architecture:
      '## What you can add\n- `src/faults/*.ts`: a fault\n- `src/checks/a/*.ts`: a check\n' +
      '## Map\n- `src/faults/index.ts`: the list',
    files: {
      'src/faults/index.ts': '',
      'src/faults/tested.ts': '',
      'src/faults/untested.ts': '',
      'src/checks/a/in-rows.ts': '',
      'src/checks/a/in-no-row.ts': '',
      'test/unit/faults/tested.test.ts': '',
      'test/unit/checks/all.test.ts': "it.each(['in-rows'])('', () => {})",
    },
    found: ['src/faults/untested.ts:1', 'src/checks/a/in-no-row.ts:1'],
  },
}
