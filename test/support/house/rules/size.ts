import { posix } from 'node:path'
import type { Node } from 'oxc-parser'
import { isTest, type Rule } from '../rule.ts'
import { visit } from '../source.ts'

const fileLines = 300
const testLines = 400
const functionLines = 50
const columns = 120
const folderFiles = 25

const lineCount = (text: string) => text.replace(/\n$/, '').split('\n').length

export const shortFiles: Rule = {
  name: `a file has at most ${fileLines} lines, a test ${testLines}`,
  check: ({ sources }) =>
    sources
      .map(({ path, text }) => ({ path, lines: lineCount(text), allowed: isTest(path) ? testLines : fileLines }))
      .filter(({ lines, allowed }) => lines > allowed)
      .map(({ path, lines, allowed }) => ({
        file: path,
        line: allowed + 1,
        message: `has ${lines} lines, ${allowed} are allowed: two things live here, give each a file`,
      })),
  bad: {
    files: {
      'src/kit/a.ts': '\n'.repeat(301),
      'src/kit/b.ts': '\n'.repeat(300),
      'test/c.ts': '\n'.repeat(401),
      'test/d.ts': '\n'.repeat(400),
    },
    found: ['src/kit/a.ts:301', 'test/c.ts:401'],
  },
}

const isFunction = (node: Node) =>
  node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression'

export const shortFunctions: Rule = {
  name: `a function has at most ${functionLines} lines, blank ones not counted`,
  check: ({ sources }) =>
    sources
      .filter(({ path }) => !isTest(path))
      .flatMap(({ path, program, text, lineAt }) => {
        const found: { file: string; line: number; message: string }[] = []
        visit(program, (node) => {
          if (!isFunction(node)) return
          const filled = text
            .slice(node.start, node.end)
            .split('\n')
            .filter((line) => line.trim() !== '').length
          if (filled <= functionLines) return
          const message = `a function of ${filled} lines, ${functionLines} are allowed: name its parts`
          found.push({ file: path, line: lineAt(node.start), message })
        })
        return found
      }),
  bad: {
    files: {
      'src/kit/a.ts': `export const long = () => {\n${'go()\n'.repeat(49)}}`,
      'src/kit/b.ts': `export const fits = () => {\n\n${'go()\n'.repeat(48)}}`,
    },
    found: ['src/kit/a.ts:1'],
  },
}

export const shortLines: Rule = {
  name: `a line has at most ${columns} columns`,
  check: ({ sources }) =>
    sources.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => {
        if (line.length <= columns) return []
        return [
          { file: path, line: index + 1, message: `has ${line.length} columns, ${columns} are allowed: break it` },
        ]
      }),
    ),
  bad: {
    files: { 'test/a.ts': `\n// ${'x'.repeat(118)}`, 'test/b.ts': `// ${'x'.repeat(117)}` },
    found: ['test/a.ts:2'],
  },
}

export const smallFolders: Rule = {
  name: `a folder of src has at most ${folderFiles} files side by side`,
  check: ({ sources }) => {
    const counts = new Map<string, number>()
    for (const { path } of sources) {
      const folder = posix.dirname(path)
      if (path.startsWith('src/')) counts.set(folder, (counts.get(folder) ?? 0) + 1)
    }
    return [...counts]
      .filter(([, count]) => count > folderFiles)
      .map(([folder, count]) => ({
        file: folder,
        line: 1,
        message: `has ${count} files side by side, ${folderFiles} are allowed: give what belongs together a folder`,
      }))
  },
  bad: {
    files: Object.fromEntries([
      ...Array.from({ length: folderFiles + 1 }, (_, index) => [`src/kit/a${index}.ts`, '']),
      ...Array.from({ length: folderFiles }, (_, index) => [`src/run/a${index}.ts`, '']),
      ...Array.from({ length: folderFiles + 1 }, (_, index) => [`test/a${index}.ts`, '']),
    ]),
    found: ['src/kit:1'],
  },
}
