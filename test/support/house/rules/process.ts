import type { Node } from 'oxc-parser'
import { covers } from '../architecture.ts'
import type { Rule, Violation } from '../rule.ts'
import { type Source, visit } from '../source.ts'

/** Who we are: facts that no caller could choose. What a process was told, and how it ends, is not among them. */
const facts = ['pid', 'execPath', 'version', 'versions', 'kill']

/** `process` as the global, not as the name of a key, a property or a type. */
function isTheGlobal(node: Node, parent: Node | undefined): boolean {
  if (node.type !== 'Identifier' || node.name !== 'process') return false
  if (parent?.type === 'MemberExpression') {
    const harmless = parent.object === node && parent.property.type === 'Identifier' && !parent.computed
    if (harmless && facts.includes(parent.property.name)) return false
    const ofGlobal = parent.object.type === 'Identifier' && parent.object.name === 'globalThis'
    return parent.computed || parent.object === node || ofGlobal
  }
  return !(parent?.type === 'Property' && parent.key === node && !parent.shorthand)
}

function uses({ path, program, imports, lineAt }: Source): Violation[] {
  const lines = new Set(imports.filter(({ target }) => /^(node:)?process$/.test(target)).map(({ line }) => line))
  visit(program, (node, around) => {
    if (isTheGlobal(node, around.at(-1))) lines.add(lineAt(node.start))
  })
  return [...lines].map((line) => ({
    file: path,
    line,
    message:
      '`process` is for src/cli.ts, the public API and programs of ARCHITECTURE.md: take the value as an argument',
  }))
}

/** Whoever comes in here is in a process of somebody's: what it is not told it asks of that. */
const frontDoors = ['src/cli.ts', 'src/index.ts', 'src/resilience.ts', 'src/vitest/index.ts']

export const noProcess: Rule = {
  name: 'only src/cli.ts, the public API and standalone programs touch `process`',
  check: ({ sources, architecture }) =>
    sources
      .filter(({ path }) => path.startsWith('src/') || path.startsWith('scenarios/') || path.startsWith('docker/'))
      .filter(({ path }) => !frontDoors.includes(path) && !architecture.programs.some((entry) => covers(entry, path)))
      .flatMap(uses),
  bad: {
    architecture: '## Programs\n- `src/load/worker.ts`: sends',
    files: {
      'src/cli.ts': 'process.exit(0)',
      'src/index.ts': 'const env = process.env',
      'src/load/worker.ts': 'process.exit(0)',
      'src/kit/a.ts':
        'const a = { process: 1 }\na.process\nprocess.exit(1)\nconst b = { process }\n' +
        'globalThis.process\nprocess.pid\nprocess["pid"]',
      'src/kit/b.ts': "\nimport { argv } from 'node:process'",
    },
    found: ['src/kit/a.ts:3', 'src/kit/a.ts:4', 'src/kit/a.ts:5', 'src/kit/a.ts:7', 'src/kit/b.ts:2'],
  },
}

/** The compiler rewrites `./x.ts` in imports only: the package would look for a file that is not in it. */
export const programPaths: Rule = {
  name: 'a program is started by a path that also holds in the package',
  check: ({ sources }) =>
    sources
      .filter(({ path }) => path.startsWith('src/'))
      .flatMap(({ path, program, lineAt }) => {
        const found: Violation[] = []
        visit(program, (node) => {
          if (node.type !== 'NewExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'URL') return
          const [first] = node.arguments
          if (first?.type !== 'Literal' || typeof first.value !== 'string' || !first.value.endsWith('.ts')) return
          const message = `'${first.value}' is a .js file in the package: write its end as \${extname(import.meta.url)}`
          found.push({ file: path, line: lineAt(node.start), message })
        })
        return found
      }),
  bad: {
    files: {
      'src/load/a.ts': "new URL('./worker.ts', import.meta.url)\nnew URL(path, import.meta.url)",
    },
    found: ['src/load/a.ts:1'],
  },
}
