import { readdir } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { checkData, isReadable, readData } from '../kit/data/data-file.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { isThere } from '../kit/files.ts'
import { didYouMean } from '../kit/near-miss.ts'
import { faultByMode, namedStack } from './described.ts'
import { isKind, joined, type Kinds, namesOf, noKinds, sortKinds } from './kinds.ts'
import { type Scenario, scenarioSchemaWith } from './schema.ts'

const codeEndings = ['.ts', '.js', '.mts', '.mjs']
const dataEndings = ['.yaml', '.yml', '.json']

export interface Found {
  name: string
  file: string
  /** Folder below `scenarios/`, `incidents/slow-database`; empty for none. */
  group: string
}

/** All scenarios of one folder and those below it, in the order in which they are run. */
export interface Group {
  /** The folder's own name. */
  name: string
  /** Its path below `scenarios/`. */
  path: string
  scenarios: readonly Scenario[]
}

/** The scenarios that come with badgateway: every file below this folder but those, named `_…`, that others share. */
export async function builtInScenarios(folder: string): Promise<Found[]> {
  const entries = await readdir(folder, { recursive: true })
  return entries
    .filter((entry) => /^[^_].*\.(ts|js)$/.test(basename(entry)) && !entry.endsWith('.d.ts'))
    .map((entry) => {
      const group = dirname(entry).replaceAll('\\', '/')
      return { name: basename(entry, extname(entry)), file: join(folder, entry), group: group === '.' ? '' : group }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/**
 * The scenarios of a folder below `scenarios/`, named by its path or by the end of it: those of the folder itself
 * first, then those of the folders in it, each by name. Undefined when no folder is called so, or a scenario is.
 */
export async function findGroup(name: string, folder: string): Promise<Group | undefined> {
  const known = await builtInScenarios(folder)
  if (known.some((one) => one.name === name)) return undefined
  const [path, ...others] = groupsOf(known).filter((one) => one === name || one.endsWith(`/${name}`))
  if (path === undefined) return undefined
  if (others.length > 0) {
    const message = `'${name}' may be any of: ${[path, ...others].join(', ')}`
    throw new BadgatewayError('SCENARIO_UNKNOWN', message, 'Name it with its whole path.')
  }
  const found = known
    .filter(({ group }) => group === path || group.startsWith(`${path}/`))
    .sort((a, b) => order(a.group, b.group) || order(a.name, b.name))
  const scenarios = await Promise.all(found.map(({ file }) => readScenario(file, noKinds)))
  const names = scenarios.map((scenario) => scenario.name)
  const twice = names.find((one, index) => names.indexOf(one) !== index)
  if (twice !== undefined) throw invalid(path, `has more than one scenario called '${twice}'`)
  return { name: basename(path), path, scenarios }
}

/** Every folder with a scenario somewhere below it, outer ones first. */
export function groupsOf(known: readonly Found[]): string[] {
  const paths = known.flatMap(({ group }) => {
    const parts = group.split('/').filter(Boolean)
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
  })
  return [...new Set(paths)].sort(order)
}

const order = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)

/**
 * A scenario by its name, or from a file: TypeScript and JavaScript are run, YAML and JSON are read. `kinds`: beside
 * those that it brings along.
 */
export async function findScenario(nameOrFile: string, folder: string, kinds: Kinds = noKinds): Promise<Scenario> {
  const looksLikeFile = /[/\\]/.test(nameOrFile) || [...codeEndings, ...dataEndings].includes(extname(nameOrFile))
  if (looksLikeFile && isThere(resolve(nameOrFile))) return await readScenario(resolve(nameOrFile), kinds)
  const known = await builtInScenarios(folder)
  // By its path below scenarios/ too, as `list` and the folders of runs show it, or the end of that path.
  const wanted = nameOrFile.replace(/^(\.\/)?(scenarios\/)?/, '').replace(/\.[cm]?[jt]s$/, '')
  const found = known.find((one) => one.name === nameOrFile) ?? known.find((one) => isCalled(one, wanted))
  if (found) return await readScenario(found.file, kinds)
  if (looksLikeFile) {
    const paths = known.map(pathOf)
    const hint = `${didYouMean(wanted, paths)}Check the path, or see badgateway list.`
    throw new BadgatewayError('SCENARIO_UNKNOWN', `${resolve(nameOrFile)}: no such file`, hint)
  }
  const names = [...known.map((one) => one.name), ...groupsOf(known)]
  const own = `A file of your own is named with its path, e.g. ./${nameOrFile}.yaml`
  const hint = `${didYouMean(nameOrFile, names)}There are: ${names.join(', ')}. ${own}`
  throw new BadgatewayError('SCENARIO_UNKNOWN', `There is no scenario '${nameOrFile}'`, hint)
}

const pathOf = ({ group, name }: Found) => (group === '' ? name : `${group}/${name}`)

const isCalled = (one: Found, path: string) =>
  pathOf(one) === path || (path.includes('/') && pathOf(one).endsWith(`/${path}`))

async function readScenario(file: string, kinds: Kinds): Promise<Scenario> {
  const unreadable = await isReadable(file)
  if (unreadable === 'absent') throw new BadgatewayError('SCENARIO_UNKNOWN', `${file}: no such file`, 'Check the path.')
  if (unreadable) throw invalid(file, unreadable.because)
  const raw = codeEndings.includes(extname(file)) ? await fromCode(file) : await fromData(file)
  const scenario = parseScenario(raw, file, kinds)
  files.set(scenario, file)
  return scenario
}

const files = new WeakMap<Scenario, string>()

/** Where a scenario was written, for whoever is told of its mistakes: its file, or its name where it has none. */
export function whereOf(scenario: Scenario): string {
  return files.get(scenario) ?? scenario.name
}

/** What somebody wrote as a scenario, validated; `where` is named in what is told of mistakes. */
export function parseScenario(raw: unknown, where: string, given: Kinds = noKinds): Scenario {
  const { kinds: brought, ...data } = isRecord(raw) ? raw : {}
  const own = brought === undefined ? noKinds : kindsOf(brought, where)
  const kinds = given === noKinds ? own : joined(own, given)
  const plain = isRecord(raw) ? data : raw
  const checked = checkData(plain, scenarioSchemaWith(kinds))
  if ('wrong' in checked) throw invalid(where, checked.wrong.join('\n  '))
  return namesOf(kinds).length > 0 ? { ...checked.data, kinds } : checked.data
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Scenarios that belong together share one list: it is looked at once. */
const sortedBefore = new WeakMap<object, Kinds>()

/** Kinds in a list, sorted. SCENARIO_INVALID where one is none, or exists already. */
export function kindsOf(brought: unknown, where: string): Kinds {
  const before = typeof brought === 'object' && brought !== null ? sortedBefore.get(brought) : undefined
  if (before) return before
  if (!Array.isArray(brought)) {
    const hint = 'kinds: is no list. In TypeScript it is one of what the define functions give; for YAML see --kinds'
    throw invalid(where, hint)
  }
  const sorted = sortKinds(brought)
  if (Array.isArray(sorted)) throw invalid(where, sorted.join('\n  '))
  sortedBefore.set(brought, sorted)
  return sorted
}

/**
 * The kinds that files of somebody's own export: by themselves, in lists, or in scenarios. The files are run.
 * SCENARIO_INVALID for one that has none, or whose kinds exist already.
 */
export async function kindsFrom(files: readonly string[]): Promise<Kinds> {
  const all = await Promise.all(
    files.map(async (file) => {
      if (!codeEndings.includes(extname(file))) throw invalid(file, `is not one of ${codeEndings.join(', ')}`)
      if (!isThere(file)) throw new BadgatewayError('SCENARIO_UNKNOWN', `${file}: no such file`, 'Check the path.')
      const values = Object.values(await moduleOf(file))
      const found = values.flatMap(kindsWithin)
      if (found.length === 0) throw invalid(file, 'exports no kind')
      return found
    }),
  )
  const sorted = sortKinds([...new Set(all.flat())])
  if (Array.isArray(sorted)) throw invalid(files.join(', '), sorted.join('\n  '))
  return sorted
}

/** An exported value is a kind, a list of them, or a scenario that brings some along. */
function kindsWithin(value: unknown): unknown[] {
  if (isKind(value)) return [value]
  if (Array.isArray(value)) return value.filter(isKind)
  return isRecord(value) && Array.isArray(value['kinds']) ? value['kinds'] : []
}

async function fromCode(file: string): Promise<unknown> {
  const { default: value } = await moduleOf(file)
  if (value === undefined) throw invalid(file, 'has no default export')
  return value
}

async function moduleOf(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(file).href)
    return module
  } catch (thrown) {
    throw invalid(file, reasonOf(thrown))
  }
}

async function fromData(file: string): Promise<unknown> {
  try {
    return await readData(file)
  } catch (thrown) {
    throw invalid(file, reasonOf(thrown))
  }
}

function invalid(file: string, what: string): BadgatewayError {
  return new BadgatewayError('SCENARIO_INVALID', `${file}: ${what}`, 'Nothing was started. See badgateway schema.')
}

/**
 * The JSON Schema of a scenario file, for editors; it knows these kinds beside ours. Of a file that is told on another
 * stack, that is what may be written: which of its faults there are is known with that stack.
 */
export function scenarioJsonSchema(kinds: Kinds = noKinds): unknown {
  const told = new Set<string>()
  const [stack, fault] = [namedStack, faultByMode].map((one) => z.toJSONSchema(one, { io: 'input' }))
  return z.toJSONSchema(scenarioSchemaWith(kinds), {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema, path }) => {
      const place = path.join('.')
      const isFault = place.endsWith('story.items.properties.fault')
      const more = place === 'properties.stack' ? stack : isFault ? fault : undefined
      // What may be absent is told twice.
      if (!more || told.has(place)) return
      told.add(place)
      const { $schema: _, ...other } = more
      const own = { ...jsonSchema }
      for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key)
      Object.assign(jsonSchema, { anyOf: [own, other] })
    },
  })
}
