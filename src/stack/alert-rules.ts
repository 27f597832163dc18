import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { durationMs } from '../kit/duration.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { dockerFolder } from './docker-folder.ts'

/** A rule of `docker/monitoring/rules`, whether or not it is loaded. */
export interface AlertRule {
  alert: string
  /** Name of its file. */
  file: string
  expr: string
  forMs: number
}

const rulesFile = z.object({
  groups: z.array(
    z.object({
      rules: z.array(z.object({ alert: z.string().optional(), expr: z.string(), for: z.string().default('0s') })),
    }),
  ),
})

/** The rule of this name, from the files. RULES_MISSING when there is none. */
export async function alertRule(alert: string): Promise<AlertRule> {
  const folder = join(dockerFolder(), 'monitoring', 'rules')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yml'))
  const files = await Promise.all(
    names.map(async (file) => ({ file, read: rulesFile.parse(parse(await readFile(join(folder, file), 'utf8'))) })),
  )
  const found = files.flatMap(({ file, read }) =>
    read.groups.flatMap(({ rules }) => rules.flatMap((rule) => (rule.alert === alert ? [{ file, ...rule }] : []))),
  )[0]
  const forMs = found && durationMs(found.for)
  if (found && forMs !== undefined) return { alert, file: found.file, expr: found.expr, forMs }
  const what = found ? `The rule ${alert} has no plain 'for': ${found.for}` : `There is no rule ${alert}`
  throw new BadgatewayError('RULES_MISSING', what, `Rules are in ${folder}.`)
}
