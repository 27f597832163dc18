import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { type Scenario, scenarioSchema } from './schema.ts'

const sizeLimit = 1024 * 1024
const codeEndings = ['.ts', '.js', '.mts', '.mjs']
const dataEndings = ['.yaml', '.yml', '.json']

export interface Found {
  name: string
  file: string
}

/** The scenarios that come with badgateway: every file below this folder. */
export async function builtInScenarios(folder: string): Promise<Found[]> {
  const entries = await readdir(folder, { recursive: true })
  return entries
    .filter((entry) => /\.(ts|js)$/.test(entry) && !entry.endsWith('.d.ts'))
    .map((entry) => ({ name: basename(entry, extname(entry)), file: join(folder, entry) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** A scenario by its name, or from a file: TypeScript and JavaScript are run, YAML and JSON are read. */
export async function findScenario(nameOrFile: string, folder: string): Promise<Scenario> {
  const looksLikeFile = /[/\\]/.test(nameOrFile) || [...codeEndings, ...dataEndings].includes(extname(nameOrFile))
  if (looksLikeFile) return await readScenario(resolve(nameOrFile))
  const known = await builtInScenarios(folder)
  const found = known.find((one) => one.name === nameOrFile)
  if (found) return await readScenario(found.file)
  const names = known.map((one) => one.name).join(', ')
  const hint = `There are: ${names}. A file of your own is named with its path, e.g. ./${nameOrFile}.yaml`
  throw new BadgatewayError('SCENARIO_UNKNOWN', `There is no scenario '${nameOrFile}'`, hint)
}

async function readScenario(file: string): Promise<Scenario> {
  const found = await stat(file).catch(() => undefined)
  if (!found) throw new BadgatewayError('SCENARIO_UNKNOWN', `${file}: no such file`, 'Check the path.')
  if (!found.isFile() || found.size > sizeLimit) {
    throw invalid(file, 'is not a regular file of at most 1 MiB')
  }
  const raw = codeEndings.includes(extname(file)) ? await fromCode(file) : await fromData(file)
  return parseScenario(raw, file)
}

/** What somebody wrote as a scenario, validated; `where` is named in what is told of mistakes. */
export function parseScenario(raw: unknown, where: string): Scenario {
  const parsed = scenarioSchema.safeParse(raw)
  if (parsed.success) return parsed.data
  throw invalid(where, problemsOf(parsed.error, raw))
}

async function fromCode(file: string): Promise<unknown> {
  const module = (await import(pathToFileURL(file).href).catch((thrown: unknown) => {
    throw invalid(file, reasonOf(thrown))
  })) as { default?: unknown }
  if (module.default === undefined) throw invalid(file, 'has no default export')
  return module.default
}

async function fromData(file: string): Promise<unknown> {
  const document = parseDocument(await readFile(file, 'utf8'), { uniqueKeys: true, strict: true })
  // An unknown tag is only a warning to the parser; here nothing may be half understood.
  const problem = document.errors[0] ?? document.warnings[0]
  if (problem) throw invalid(file, problem.message.split('\n')[0] ?? problem.code)
  try {
    return document.toJS({ maxAliasCount: 50 }) as unknown
  } catch (thrown) {
    throw invalid(file, reasonOf(thrown))
  }
}

function invalid(file: string, what: string): BadgatewayError {
  return new BadgatewayError('SCENARIO_INVALID', `${file}: ${what}`, 'Nothing was started. See badgateway schema.')
}

/** All mistakes at once, each with its path and the value that is there. */
function problemsOf(error: z.ZodError, raw: unknown): string {
  const lines = error.issues.map((issue) => {
    const path = issue.path.map(String).join('.') || '(top)'
    const value = issue.path.reduce<unknown>(
      (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
      raw,
    )
    const shown =
      value === undefined || typeof value === 'object' ? '' : ` (found ${JSON.stringify(value).slice(0, 80)})`
    return `${path}: ${issue.message}${shown}`
  })
  return lines.join('\n  ')
}

/** The JSON Schema of a scenario file, for editors. */
export function scenarioJsonSchema(): unknown {
  return z.toJSONSchema(scenarioSchema, { io: 'input', unrepresentable: 'any' })
}
