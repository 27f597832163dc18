import { Command } from 'commander'
import type { CommandIo } from './io.ts'

/** `badgateway schema`: what a scenario file may hold, for editors. */
export function schemaCommand(io: CommandIo): Command {
  return new Command('schema').description('print the JSON Schema of a scenario file').action(async () => {
    const { scenarioJsonSchema } = await import('../scenario/index.ts')
    io.out(`${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`)
  })
}
