import { glob } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { BadgatewayError } from '../kit/errors.ts'
import { type RuleSet, readRules } from '../rules/index.ts'
import type { ProjectFile } from './schema.ts'

/**
 * The rules that badgateway.yaml names, whose folder is given; undefined: it names none. RULES_MISSING with a glob that
 * no file has; RULES_INVALID with every mistake in them.
 */
export async function rulesOf({ monitoring }: ProjectFile, folder: string): Promise<RuleSet | undefined> {
  if (monitoring.rules.length === 0) return undefined
  const found = new Set<string>()
  for (const pattern of monitoring.rules) {
    const names: string[] = []
    for await (const name of glob(pattern, { cwd: folder })) names.push(normalize(name))
    if (names.length === 0) {
      const message = `monitoring.rules: no file is called ${join(folder, pattern)}`
      throw new BadgatewayError('RULES_MISSING', message, 'Nothing was started. Correct badgateway.yaml.')
    }
    for (const name of names.sort()) found.add(name)
  }
  return await readRules(folder, folder, [...found])
}
