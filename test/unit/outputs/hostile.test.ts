import { expect, test } from 'vitest'
import { inertCommand } from '../../../src/kit/ci/workflow-command.ts'
import { inertLines } from '../../../src/kit/inert.ts'
import { annotationsOf, outputs } from '../../../src/outputs/index.ts'
import { acting, commanding, hostileTexts } from '../reporters/hostile.ts'
import { overBudget, toldOf, unknown, worse } from './sample.ts'

const texts = [
  ...hostileTexts,
  'a path\nwith | `ticks` and --> an end',
  '::error::x',
  '../../../etc/passwd',
  '__proto__',
]

/** A check in which every name, path and word is this text. */
function hostile(text: string) {
  const names = { name: text, target: text, mode: text, about: text, services: [text], group: text }
  const accepted = { reason: text, owner: text, until: '2027-03-31' }
  const change = { figure: text, direction: 'worse' as const, was: text, is: text }
  const place = { file: text, line: 3 }
  return toldOf([overBudget(names), unknown({ ...names, name: `${text}2` })], {
    drift: { beside: text, cells: [{ ...worse, cell: text, changes: [change], accepted }] },
    stack: text,
    command: text,
    version: text,
    places: { directive: () => place, budget: () => place, snapshot: () => place },
  })
}

test.each(texts)('is shown as text in every format: %j', (text) => {
  const told = hostile(text)
  for (const { file, write } of outputs) {
    // As it is written.
    const shown = inertLines(write(told), { own: '\u200b' })
    expect(shown, file).not.toMatch(commanding)
    expect(shown.replaceAll('\n', ' '), file).not.toMatch(acting)
    if (file.endsWith('.md')) expectTame(shown)
    else expect(() => JSON.parse(shown)).not.toThrow()
  }
  const commands = annotationsOf(told).map(inertCommand)
  expect(commands.length).toBeGreaterThan(1)
  for (const line of commands) {
    expect(line).toMatch(/^::(error|warning) /)
    expect(line.slice(2)).not.toMatch(commanding)
    expect(line.slice(0, -1)).not.toMatch(acting)
  }
})

/** No HTML but ours, no comment that ends early, no link, no mention, no cell of a table that is not ours. */
function expectTame(text: string) {
  const outside = text.replace(/(`+)[\s\S]*?\1/g, '')
  const tags = [...outside.matchAll(/(?<!\\)<(?!\/?(details|summary|sub)>)[^\s\d]/g)]
  expect(
    tags.map(({ index }) => outside.slice(index, index + 40)).filter((tag) => !tag.startsWith('<!-- badg')),
  ).toEqual([])
  expect(text.match(/^<!-- badgateway check: \S* -->$/gm)).toHaveLength(1)
  expect(outside.replace(/<!--.*-->/, '')).not.toMatch(/(?<!\\)\]\(|@\w|(?<!\\)!\[/)
  const table = text.split('\n').filter((line) => line.startsWith('| '))
  const cells = table.map((line) => line.match(/(?<!\\)\|/g)?.length)
  expect(new Set(cells).size).toBe(1)
}
