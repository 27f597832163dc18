import { resolve } from 'node:path'
import { Command } from 'commander'
import { inertJson } from '../kit/inert.ts'
import { kindsFrom, scenarioJsonSchema } from '../scenario/index.ts'
import type { CommandIo } from './io.ts'

/** `badgateway schema [FILE…]`: what a scenario file may hold, for editors. */
export function schemaCommand(io: CommandIo): Command {
  return new Command('schema')
    .argument('[file...]', 'files that define kinds, or scenarios that bring some along: they are run')
    .action(async (files: string[]) => {
      const kinds = await kindsFrom(files.map((file) => resolve(io.cwd, file)))
      io.out(`${inertJson(scenarioJsonSchema(kinds), 2)}\n`)
    })
}
