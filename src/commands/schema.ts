import { resolve } from 'node:path'
import { Command } from 'commander'
import { inertJson, inertLines } from '../kit/inert.ts'
import { fieldTable, projectJsonSchema } from '../project/index.ts'
import { kindsFrom, scenarioJsonSchema } from '../scenario/index.ts'
import type { CommandIo } from './io.ts'

/** `badgateway schema [FILE…]`: what a scenario file, or badgateway.yaml, may hold, for editors. */
export function schemaCommand(io: CommandIo): Command {
  return new Command('schema')
    .argument('[file...]', 'files that define kinds, or scenarios that bring some along: they are run')
    .option('--project', 'of badgateway.yaml instead')
    .option('--fields', 'of badgateway.yaml, as a table in Markdown')
    .action(async (files: string[], flags: { project?: boolean; fields?: boolean }) => {
      if (flags.fields) io.out(`${inertLines(fieldTable())}\n`)
      else if (flags.project) io.out(`${inertJson(projectJsonSchema(), 2)}\n`)
      else {
        const kinds = await kindsFrom(files.map((file) => resolve(io.cwd, file)))
        io.out(`${inertJson(scenarioJsonSchema(kinds), 2)}\n`)
      }
    })
}
