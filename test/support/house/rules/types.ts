import type { Node } from 'oxc-parser'
import { type House, isTest, type Rule, type Violation } from '../rule.ts'
import { visit } from '../source.ts'

/** One violation for each node that `judge` has a word about. */
function judgeNodes({ sources }: Pick<House, 'sources'>, judge: (node: Node) => string | undefined): Violation[] {
  return sources.flatMap(({ path, program, lineAt }) => {
    const found: Violation[] = []
    visit(program, (node) => {
      const message = judge(node)
      if (message) found.push({ file: path, line: lineAt(node.start), message })
    })
    return found
  })
}

export const noAny: Rule = {
  name: 'no `any`',
  check: (house) =>
    judgeNodes(house, ({ type }) =>
      type === 'TSAnyKeyword' ? 'says `any`: say what it is, or `unknown` and look' : undefined,
    ),
  bad: {
    files: { 'src/kit/a.ts': 'let any = 1\nlet text = "any"\nlet list: Array<any>\nlet other = any as any' },
    found: ['src/kit/a.ts:3', 'src/kit/a.ts:4'],
  },
}

export const noNonNull: Rule = {
  name: 'no `!` that silences the type checker',
  check: (house) =>
    judgeNodes(house, (node) => {
      const definite =
        (node.type === 'VariableDeclarator' || node.type === 'PropertyDefinition') && node.definite === true
      if (node.type !== 'TSNonNullExpression' && !definite) return undefined
      return '`!` says "trust me": handle the empty case, or throw with a reason'
    }),
  bad: {
    files: { 'src/kit/a.ts': 'let a = !b\nlet c = b!.c\nlet d!: string\nclass E {\n  f!: string\n}' },
    found: ['src/kit/a.ts:2', 'src/kit/a.ts:3', 'src/kit/a.ts:5'],
  },
}

const isCast = (node: Node) => node.type === 'TSAsExpression' || node.type === 'TSTypeAssertion'

function inner(node: Node): Node {
  return node.type === 'ParenthesizedExpression' ? inner(node.expression) : node
}

export const noCastChains: Rule = {
  name: 'no cast of a cast outside tests',
  check: ({ sources }) =>
    judgeNodes({ sources: sources.filter(({ path }) => !isTest(path)) }, (node) => {
      if (node.type !== 'TSAsExpression' && node.type !== 'TSTypeAssertion') return undefined
      return isCast(inner(node.expression))
        ? 'a cast of a cast proves nothing: parse the value, or use a type guard'
        : undefined
    }),
  bad: {
    files: {
      'src/kit/a.ts': 'let a = b as const\nlet c = b as unknown as C\nlet d = (b as unknown) as D',
      'test/a.ts': 'let c = b as unknown as C',
    },
    found: ['src/kit/a.ts:2', 'src/kit/a.ts:3'],
  },
}

/** `as const` says more of a value, and not another thing. */
const isConst = (node: Node) =>
  node.type === 'TSAsExpression' &&
  node.typeAnnotation.type === 'TSTypeReference' &&
  node.typeAnnotation.typeName.type === 'Identifier' &&
  node.typeAnnotation.typeName.name === 'const'

/** What a function gives back: its `return`s, or the expression that an arrow is. */
function givenBack(node: Node): Node | undefined {
  if (node.type === 'ReturnStatement') return node.argument ? inner(node.argument) : undefined
  if (node.type !== 'ArrowFunctionExpression' || node.body.type === 'BlockStatement') return undefined
  return inner(node.body)
}

const inSrc = ({ sources }: Pick<House, 'sources'>) => sources.filter(({ path }) => path.startsWith('src/'))

export const noCastReturned: Rule = {
  name: 'no function of src that gives back a cast',
  check: (house) =>
    judgeNodes({ sources: inSrc(house) }, (node) => {
      const given = givenBack(node)
      if (!given || !isCast(given) || isConst(given)) return undefined
      return 'a cast that is given back promises what no observation was made at: parse the value, or give it its type'
    }),
  bad: {
    files: {
      'src/kit/a.ts': [
        'function a() {',
        '  return b as const',
        '}',
        'function c() {',
        '  return (d as E)',
        '}',
        'const f = () => g as H',
        'let i = j as K',
      ].join('\n'),
      'test/a.ts': 'const f = () => g as H',
    },
    found: ['src/kit/a.ts:5', 'src/kit/a.ts:7'],
  },
}

function isJsonParse(node: Node): boolean {
  if (node.type === 'AwaitExpression') return isJsonParse(inner(node.argument))
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false
  const { object, property } = node.callee
  const isJson = object.type === 'Identifier' && object.name === 'JSON'
  return isJson && property.type === 'Identifier' && property.name === 'parse'
}

export const noJsonCast: Rule = {
  name: 'no cast of what JSON.parse gave in src',
  check: (house) =>
    judgeNodes({ sources: inSrc(house) }, (node) => {
      if (node.type !== 'TSAsExpression' && node.type !== 'TSTypeAssertion') return undefined
      return isJsonParse(inner(node.expression)) ? 'what comes as JSON goes through its schema' : undefined
    }),
  bad: {
    files: {
      'src/kit/a.ts': 'let a = JSON.parse(b)\nlet c = JSON.parse(d) as E\nlet f = { ...(JSON.parse(g) as H) }',
      'test/a.ts': 'let c = JSON.parse(d) as E',
    },
    found: ['src/kit/a.ts:2', 'src/kit/a.ts:3'],
  },
}

export const noSilencing: Rule = {
  name: 'no comment that silences the type checker',
  check: ({ sources }) =>
    sources.flatMap(({ path, comments, lineAt }) =>
      comments
        .filter(({ value }) => /@ts-(ignore|nocheck|expect-error)/.test(value))
        .map(({ start, value }) => ({
          file: path,
          line: lineAt(start),
          message: `\`${value.trim()}\` hides a type error: mend the type`,
        })),
    ),
  bad: {
    files: { 'src/kit/a.ts': 'let a = "@ts-ignore"\n// @ts-expect-error: later\nlet b: string = 1\n/* @ts-ignore */' },
    found: ['src/kit/a.ts:2', 'src/kit/a.ts:4'],
  },
}
