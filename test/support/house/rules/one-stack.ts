import type { Node } from 'oxc-parser'
import { type Rule, roomOf, type Violation } from '../rule.ts'
import { type Source, visit } from '../source.ts'

/** What these rooms know of a stack they are told by its description. */
const blind = ['faults', 'remedies', 'watch', 'deploy', 'checks', 'run', 'load', 'reporters']

/** Names, ports and paths of the built-in stack. */
const ofTheShop = /^(web|api)(-\d+)?$|\/healthz|\/api\/|postgres:\/\/|\b(8080|8601)\b|\/var\/log\/shop/

/** The text of a literal; undefined: it is none. */
function textOf(node: Node): string | undefined {
  if (node.type === 'Literal') return node.raw?.replace(/^['"/]|['"/][a-z]*$/g, '') ?? ''
  return node.type === 'TemplateElement' ? node.value.raw : undefined
}

function knownIn({ path, program, imports, lineAt }: Source): Violation[] {
  const found: Violation[] = []
  const tell = (line: number, what: string) =>
    found.push({ file: path, line, message: `${what} is the shop's: ask the stack's description for it` })
  for (const { target, line } of imports) if (roomOf(target) === 'shop') tell(line, `'${target}'`)
  visit(program, (node) => {
    const text = textOf(node)
    if (text !== undefined && ofTheShop.test(text)) tell(lineAt(node.start), `'${text}'`)
    const isPort = node.type === 'MemberExpression' && node.object.type === 'Identifier' && node.object.name === 'ports'
    if (isPort) tell(lineAt(node.start), 'a port of `protocol`')
  })
  return found
}

export const oneStack: Rule = {
  name: `nothing of the built-in stack is known to ${blind.join(', ')}`,
  check: ({ sources }) =>
    sources
      .filter(({ path }) => path.startsWith('src/') && blind.includes(roomOf(path)))
      .flatMap(knownIn)
      .filter(({ file, line }, index, all) => all.findIndex((one) => one.file === file && one.line === line) === index),
  bad: {
    files: {
      'src/faults/a.ts':
        "import '../shop/index.ts'\n// web-1:8080/healthz\nconst a = 'web'\nconst b = `/healthz`\n8080",
      'src/watch/probes/b.ts': "const c = /^api-\\d+:8080$/\nconst d = 'webb'\nconst e = 'proxy'",
      'src/run/c.ts': "import { ports } from '../protocol/index.ts'\nconst f = ports.site",
      'src/shop/index.ts': "const g = 'web'",
      'src/load/d.ts':
        "const h = 'postgres://shop:shop@x'\nconst i = 'http://x:8601/'\nconst j = 18080\nconst k = '/api/x'",
    },
    found: [
      ...['src/faults/a.ts:1', 'src/faults/a.ts:3', 'src/faults/a.ts:4', 'src/faults/a.ts:5'],
      ...['src/watch/probes/b.ts:1', 'src/run/c.ts:2', 'src/load/d.ts:1', 'src/load/d.ts:2', 'src/load/d.ts:4'],
    ],
  },
}

/** What a target has for being what it is: a proxy has its own program. */
const ownPrograms = ['nginx']

/** The program that is run in a target, not beside it, when it is written out here. */
function toolOf(node: Node, text: string): string | undefined {
  if (node.type !== 'CallExpression') return undefined
  const { callee, arguments: given } = node
  const called = text.slice(callee.start, callee.end)
  const [argv] = given
  if (!/\bexec$/.test(called) || /\binside\b/.test(called) || argv?.type !== 'ArrayExpression') return undefined
  const [first] = argv.elements
  if (first?.type !== 'Literal' || typeof first.value !== 'string') return undefined
  return ownPrograms.includes(first.value) ? undefined : first.value
}

export const noTools: Rule = {
  name: `no tool of a target's image is used by ${blind.join(', ')}`,
  check: ({ sources }) =>
    sources
      .filter(({ path }) => path.startsWith('src/') && blind.includes(roomOf(path)))
      .flatMap(({ path, text, program, lineAt }) => {
        const found: Violation[] = []
        visit(program, (node) => {
          const tool = toolOf(node, text)
          if (tool === undefined) return
          const message = `'${tool}' may not be in the target's image: run it from stack.inside(name)`
          found.push({ file: path, line: lineAt(node.start), message })
        })
        return found
      }),
  bad: {
    files: {
      'src/watch/a.ts': "await proxy.exec(['cat', file])\nawait stack.inside(name).exec(['cat', file])\nexec(['rm'])",
      'src/deploy/b.ts': "await proxy.exec(['nginx', '-t'])\nawait server.exec(argv)\n/x/.exec('y')",
      'src/stack/c.ts': "await service.exec(['rm', file])",
    },
    found: ['src/watch/a.ts:1', 'src/watch/a.ts:3'],
  },
}
