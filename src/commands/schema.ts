import { Command } from 'commander'
import { inertJson } from '../kit/inert.ts'
import type { CommandIo } from './io.ts'

/** `badgateway schema`: what a scenario file may hold, for editors. */
export function schemaCommand(io: CommandIo): Command {
  return new Command('schema').description('print the JSON Schema of a scenario file').action(async () => {
    const { scenarioJsonSchema } = await import('../scenario/index.ts')
    io.out(`${inertJson(scenarioJsonSchema(), 2)}\n`)
  })
}
