import { Command } from 'commander'
import type { CommandIo } from './io.ts'

/** `badgateway list`: the scenarios that come along. */
export function listCommand(io: CommandIo): Command {
  return new Command('list')
    .description('list the scenarios that come along, with their variants')
    .option('--json', 'print JSON')
    .action(async (flags: { json?: boolean }) => {
      const { builtInScenarios, findScenario } = await import('../scenario/index.ts')
      const { scenariosFolder } = await import('../kit/home.ts')
      const folder = scenariosFolder()
      const found = await Promise.all((await builtInScenarios(folder)).map(({ name }) => findScenario(name, folder)))
      if (flags.json) {
        const list = found.map(({ name, title, summary, variants }) => {
          return { name, title, summary, variants: Object.keys(variants) }
        })
        io.out(`${JSON.stringify(list, undefined, 2)}\n`)
        return
      }
      for (const { name, title, variants } of found) {
        io.out(`${name}  ${title}\n`)
        for (const [variant, { title: about }] of Object.entries(variants)) io.out(`  ${variant.padEnd(22)} ${about}\n`)
      }
    })
}
