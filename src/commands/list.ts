import { Command } from 'commander'
import { scenariosFolder } from '../kit/home.ts'
import { inert, inertJson } from '../kit/inert.ts'
import { builtInScenarios, findScenario, groupsOf } from '../scenario/index.ts'
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
    for (const group of ['', ...groupsOf(known)]) {
      const inside = found.filter((one) => one.group === group)
      if (group !== '') io.out(`${inert(group)}/  run all of them: badgateway run ${inert(group)}\n`)
      for (const { name, title, variants } of inside) {
        io.out(`  ${inert(name)}  ${inert(title)}\n`)
        for (const [variant, { title: about }] of Object.entries(variants)) {
          io.out(`    ${inert(variant.padEnd(24))} ${inert(about)}\n`)
        }
      }
    }
  })
}
