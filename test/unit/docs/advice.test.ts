import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Node } from 'oxc-parser'
import { expect, test } from 'vitest'
import { commands } from '../../../src/commands/all.ts'
import type { CommandIo } from '../../../src/commands/io.ts'
import { readSources, visit } from '../../support/house/source.ts'

const root = new URL('../../../', import.meta.url).pathname
const made = await Promise.all(commands.map(async ({ load }) => (await load())({} as CommandIo)))
const options = new Map(
  made.map((command) => {
    const names = command.options.flatMap(({ long, short }) => [long, short].filter((one) => one !== undefined))
    return [command.name(), ['--help', ...names, ...command.options.map(({ long }) => long?.replace('--no-', '--'))]]
  }),
)
const known = new Set([...options.values()].flat())

/** What badgateway itself does, in sentences about it. */
const verbs = /^(?:from|cannot|wrote|that|speaks|raises|needs|make|itself|has|can|breaks)$/

/** Options of other programs that we name to people. */
const foreign: Record<string, string> = {
  '--filter': 'docker ps',
  '--dport': 'iptables',
}

interface Advice {
  where: string
  text: string
}

/** Every text of ours that is long enough to be a sentence or a command. */
function advices(): Advice[] {
  const found: Advice[] = []
  for (const { path, program, lineAt } of readSources(root.replace(/\/$/, ''))) {
    if (!path.startsWith('src/') || /reporters\/(html\/style|charts)/.test(path)) continue
    visit(program, (node: Node) => {
      const text = node.type === 'TemplateElement' ? node.value.raw : node.type === 'Literal' ? node.value : undefined
      if (typeof text === 'string')
        found.push({ where: `${path}:${lineAt(node.start)}`, text: text.replaceAll('\\`', '`') })
    })
  }
  return [...found, ...pages()]
}

/** What stands as code in our own pages. */
function pages(): Advice[] {
  const files = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`), 'docker/README.md']
  return files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      const code = [...text.matchAll(/```(\w*)\n([\s\S]*?)```|`([^`\n]+)`/g)].map(([, language = '', block, span]) =>
        ['', 'sh', 'console'].includes(language) ? (block ?? span ?? '') : '',
      )
      // An option on a line of its own belongs to the command above.
      return code
        .flatMap((one) => one.replaceAll(/\n +(?=--)/g, ' ').split('\n'))
        .map((line) => ({ where: file, text: line }))
    })
}

/** Why what a text advises is not there. */
function wrongIn({ text }: Advice): string[] {
  const calls = [...text.matchAll(/badgateway ([a-z][\w-]*)([^`'"\n]*)/g)]
  return calls.flatMap(([, name = '', rest = '']) => {
    const own = options.get(name)
    if (!own) return verbs.test(name) ? [] : [`there is no command ${name}`]
    const used = rest.split(/ \| (?!-)| && /)[0]?.match(/(?<=\s)--?[a-z][\w-]*/g) ?? []
    return used.filter((one) => !own.includes(one)).map((one) => `badgateway ${name} has no ${one}`)
  })
}

test('every command that a message or a page names is there, and has the options that stand behind it', () => {
  const all = advices()
  const named = all.filter(({ text }) => /badgateway [a-z]/.test(text))
  expect(named.length).toBeGreaterThan(60)
  expect(all.flatMap((one) => wrongIn(one).map((why) => `${one.where}: ${why}`))).toEqual([])
})

test('every option that a hint names is one of ours', () => {
  const said = advices().filter(
    ({ where, text }) => where.startsWith('src/') && /[a-z] .*--[a-z]|--[a-z].* [a-z]/.test(text),
  )
  const wrong = said.flatMap(({ where, text }) => {
    const used = text.match(/(?<![\w-])--[a-z][\w-]*/g) ?? []
    return used.filter((one) => !known.has(one) && foreign[one] === undefined).map((one) => `${where}: ${one}`)
  })
  expect(said.length).toBeGreaterThan(20)
  expect(wrong).toEqual([])
})
