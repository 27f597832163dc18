import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { type Node, type ParseResult, parseSync, visitorKeys } from 'oxc-parser'

export interface Import {
  /** Path in the repository for a relative import, else the package or `node:` module as written. */
  target: string
  line: number
}

/** One TypeScript file of the repository, parsed. */
export interface Source {
  /** From the root of the repository, with slashes. */
  path: string
  text: string
  program: Node
  comments: ParseResult['comments']
  /** Static, dynamic, re-exported and type-only, as far as they are written out. */
  imports: Import[]
  lineAt(offset: number): number
}

const foldersOfSources = ['src', 'scenarios', 'examples', 'docker', 'bench', 'build', 'test']

/** Every TypeScript file that we wrote, by path. */
export function readSources(root: string): Source[] {
  const paths = foldersOfSources.flatMap((folder) => listFolder(root, folder))
  const settings = readdirSync(root).filter((name) => name.endsWith('.ts'))
  const wanted = [...paths, ...settings].filter((path) => path.endsWith('.ts')).sort()
  return wanted.map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')))
}

function listFolder(root: string, folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
  return files.map((entry) => posix.join(entry.parentPath.slice(root.length + 1), entry.name))
}

/** A file that the parser refuses is left to the type checker, which says it better. */
export function parseSource(path: string, text: string): Source {
  const parsed = parseSync(path, text)
  const starts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)]
  const lineAt = (offset: number) => starts.findLastIndex((start) => start <= offset) + 1
  const program: Node = parsed.program
  const imports = importsOf(program).map(({ specifier, offset }) => ({
    target: specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier,
    line: lineAt(offset),
  }))
  return { path, text, program, comments: parsed.comments, imports, lineAt }
}

function importsOf(program: Node): { specifier: string; offset: number }[] {
  const found: { specifier: string; offset: number }[] = []
  visit(program, (node) => {
    if (
      node.type === 'ImportDeclaration' ||
      node.type === 'ExportNamedDeclaration' ||
      node.type === 'ExportAllDeclaration' ||
      node.type === 'ImportExpression' ||
      node.type === 'TSImportType'
    ) {
      const { source } = node
      if (source?.type === 'Literal' && typeof source.value === 'string') {
        found.push({ specifier: source.value, offset: node.start })
      }
    }
  })
  return found
}

/** Calls `look` for each node, outermost first, with the nodes around it, nearest last. */
export function visit(node: Node, look: (node: Node, around: readonly Node[]) => void, around: Node[] = []): void {
  look(node, around)
  around.push(node)
  for (const key of visitorKeys[node.type] ?? []) {
    const child: unknown = Reflect.get(node, key)
    for (const one of Array.isArray(child) ? child : [child]) if (isNode(one)) visit(one, look, around)
  }
  around.pop()
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
