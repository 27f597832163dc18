import { Command } from 'commander'
import { inert, inertJson } from '../kit/inert.ts'
import type { CommandIo } from './io.ts'

/** `badgateway list`: the scenarios that come along, below the groups that they can be run in. */
export function listCommand(io: CommandIo): Command {
  return new Command('list')
    .description('list the scenarios that come along, with their groups and variants')
    .option('--json', 'print JSON')
    .action(async (flags: { json?: boolean }) => {
      const { builtInScenarios, findScenario, groupsOf } = await import('../scenario/index.ts')
      const { scenariosFolder } = await import('../kit/home.ts')
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
