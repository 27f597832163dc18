import { Command } from 'commander'
import { scenariosFolder } from '../kit/home.ts'
import { inert, inertJson } from '../kit/inert.ts'
import { type TextRow, textTable } from '../reporters/index.ts'
import { builtInScenarios, findScenario, groupsOf, type Scenario } from '../scenario/index.ts'
import type { CommandIo } from './io.ts'

/** `badgateway list`: the scenarios that come along, below the groups that they can be run in. */
export function listCommand(io: CommandIo): Command {
  return new Command('list').option('--json', 'print JSON').action(async (flags: { json?: boolean }) => {
    const folder = scenariosFolder()
    const known = await builtInScenarios(folder)
    const found = await Promise.all(
      known.map(async ({ name, group }) => ({ group, ...(await findScenario(name, folder)) })),
    )
    if (flags.json) {
      const list = found.map(({ name, group, title, summary, variants }) => {
        return { name, group, title, summary, variants: Object.keys(variants) }
      })
      io.out(`${inertJson(list, 2)}\n`)
      return
    }
    const rows = ['', ...groupsOf(known)].flatMap((group): TextRow[] => {
      const inside = found.filter((one) => one.group === group)
      const head = group === '' ? [] : [{ over: `${inert(group)}/  run all of them: badgateway run ${inert(group)}` }]
      return [...head, ...inside.flatMap(rowsOf)]
    })
    io.out(`${textTable(rows, { columns: io.columns })}\n`)
  })
}

/** A scenario, and its variants below it. */
function rowsOf({ name, title, variants }: Pick<Scenario, 'name' | 'title' | 'variants'>): TextRow[] {
  const own = Object.entries(variants).map(([variant, { title: about }]) => [`    ${inert(variant)}`, inert(about)])
  return [{ over: `  ${inert(name)}  ${inert(title)}` }, ...own]
}
