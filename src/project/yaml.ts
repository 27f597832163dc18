import { Document, isCollection, isMap, isScalar, type Pair, type YAMLMap } from 'yaml'
import { inert } from '../kit/inert.ts'
import type { ProjectInput } from './schema.ts'
import type { Survey } from './survey/survey.ts'

/** Longest reason behind a value, in characters. */
const shortly = 140

/** What stands before each part of the file. */
const heads: Readonly<Record<keyof ProjectInput, string>> = {
  stack: 'How it is started: beside yours, under a name of its own; your containers and volumes are not touched.',
  proxy: 'The Nginx that users meet.',
  upstreams: 'Servers that stand in for each other: each is broken by itself, and all of them together.',
  dependencies: 'What the servers need: each is broken, too.',
  monitoring: 'Who should notice.',
  traffic: 'Who asks, and for what.',
  commands: 'Your own: each is a program of yours.',
  macros: 'Lists of programs, by name.',
  data: 'What your data must say.',
  timeouts: 'Shortened on our copy.',
  expect: 'Budgets.',
}

const budgets = `expect:                        # budgets: what is over one is a failure; without them nothing is red
  default: { failedAtMost: 5%, recoveredWithin: 15s, alertWithin: 30s }
  modes:
    refuse: { failedAtMost: 0% }
timeouts: { atMost: 5s }       # shortens the proxy's longer timeouts on our copy: each takes a minute of waiting`

/** Where editors find what the file may hold. */
export const schemaUrl = (version: string): string =>
  `https://unpkg.com/badgateway@${version}/dist/badgateway.schema.json`

/** badgateway.yaml as `init` writes it: what was understood, each guess marked with its reason. */
export function projectYaml(survey: Survey & { project: ProjectInput }, { version }: { version: string }): string {
  const { project, understood, outside, notes } = survey
  const document = new Document(project)
  const told: string[] = []
  for (const { path, guessed, because } of understood) {
    if (!guessed) continue
    const text = `guessed: ${inert(because, shortly)}`
    if (!comment(document, path, text)) told.push(`${inert(path.join('.'))}: ${text}`)
  }
  if (isMap(document.contents)) for (const pair of document.contents.items) dress(pair)
  const lines = [
    ...told,
    ...notes.map((note) => inert(note)),
    ...outside.map(({ address, because }) => `never touched: ${inert(address)}: ${inert(because, shortly)}`),
  ]
  const head = [
    `# yaml-language-server: $schema=${schemaUrl(version)}`,
    '# Written by badgateway init. What is marked as guessed may be otherwise: look at it. Then: npx badgateway check',
    ...(lines.length > 0 ? ['#', ...lines.map((line) => `# ${line}`)] : []),
  ]
  const tail = budgets.split('\n').map((line) => `# ${line}`)
  return `${head.join('\n')}\n\n${document.toString({ lineWidth: 0 }).trimStart()}\n${tail.join('\n')}\n`
}

/** Behind the value at this path, before a block; false: there is none. */
function comment(document: Document, path: readonly string[], text: string): boolean {
  const node = document.getIn(path, true)
  if (isScalar(node) || (isCollection(node) && path.length > 1)) {
    if (isCollection(node)) node.flow = true
    node.comment = ` ${text}`
    return true
  }
  return false
}

function dress(pair: Pair): void {
  const { key, value } = pair
  if (!isScalar(key)) return
  const head = Object.entries(heads).find(([name]) => name === key.value)?.[1]
  key.spaceBefore = true
  if (head !== undefined) key.commentBefore = ` ${head}`
  if (isMap(value)) flowing(value)
}

/** Short lists and the requests of a mix stand in one line each. */
function flowing(map: YAMLMap): void {
  for (const { value } of map.items) {
    if (isMap(value)) flowing(value)
    else if (isCollection(value)) {
      const items: readonly unknown[] = value.items
      if (items.every((one) => isScalar(one))) value.flow = true
      else for (const one of items) if (isMap(one)) one.flow = true
    }
  }
}
