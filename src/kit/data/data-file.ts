import { readFile, stat } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { inert, inertJson } from '../inert.ts'
import { deepest, isTooDeep, yamlProblem } from '../json.ts'
import { didYouMean } from '../near-miss.ts'
import { strayNames } from '../own.ts'

const mebibyte = 1024 * 1024

/** What somebody wrote is read whole or not at all: 'absent', or why not, in words that follow the file's name. */
export type Unreadable = 'absent' | { readonly because: string }

/** Whether somebody's file can be read; a link that leads to one is one. */
export async function isReadable(file: string, mostMiB = 1): Promise<Unreadable | undefined> {
  const found = await stat(file).catch(() => undefined)
  if (!found) return 'absent'
  return found.isFile() && found.size <= mostMiB * mebibyte
    ? undefined
    : { because: `is not a regular file of at most ${mostMiB} MiB` }
}

/** What a file of YAML or JSON holds. Throws an Error with the reason. */
export async function readData(file: string): Promise<unknown> {
  return dataOf(await readFile(file, 'utf8'))
}

/** The same of a text. */
export function dataOf(text: string): unknown {
  const document = parseDocument(text, { uniqueKeys: true, strict: true })
  // An unknown tag is only a warning to the parser; here nothing may be half understood.
  const problem = document.errors[0] ?? document.warnings[0]
  if (problem) throw new Error(yamlProblem(problem))
  return document.toJS({ maxAliasCount: 50 })
}

/** Data that a schema has read, or all that is wrong with it, each with its path and the value that is there. */
export function checkData<S extends z.ZodType>(
  raw: unknown,
  schema: S,
): { readonly data: z.output<S> } | { readonly wrong: readonly string[] } {
  // A value of a module may hold itself.
  if (isTooDeep(raw)) return { wrong: [`nests deeper than ${deepest} levels`] }
  const parsed = schema.safeParse(raw)
  const stray = strayNames(raw).map((path) => `${inert(path)}: no name can be this`)
  if (parsed.success && stray.length === 0) return { data: parsed.data }
  return { wrong: [...stray, ...(parsed.error?.issues ?? []).map((issue) => mistakeOf(issue, raw, schema))] }
}

function mistakeOf(issue: z.core.$ZodIssue, raw: unknown, schema: z.core.$ZodType): string {
  const path = inert(issue.path.map(String).join('.')) || '(top)'
  return `${path}: ${wrongOf(issue, valueAt(raw, issue.path), schema)}`
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    return typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined
  }, raw)
}

function wrongOf(issue: z.core.$ZodIssue, value: unknown, schema: z.core.$ZodType): string {
  const kinds = issue.code === 'invalid_union' && 'options' in issue ? (issue.options ?? []).map(String) : []
  if (kinds.length > 0) {
    const found = typeof value === 'string' ? `there is no ${inertJson(value).slice(0, 80)}. ` : 'it is missing. '
    return `${found}${typeof value === 'string' ? didYouMean(value, kinds) : ''}There are: ${kinds.join(', ')}`
  }
  // JSON has no NaN and no Infinity.
  const text = typeof value === 'number' ? String(value) : inertJson(value).slice(0, 80)
  const shown = value === undefined || typeof value === 'object' ? '' : ` (found ${text})`
  return `${inert(issue.message)}${shown}${nearMiss(issue, value, schema)}`
}

function nearMiss(issue: z.core.$ZodIssue, value: unknown, schema: z.core.$ZodType): string {
  const [typed, known] =
    issue.code === 'unrecognized_keys'
      ? [issue.keys, fieldsAt(schema, issue.path)]
      : issue.code === 'invalid_value' && typeof value === 'string'
        ? [[value], issue.values.map(String)]
        : [[], []]
  const told = typed.map((one) => didYouMean(one, known).trim()).filter(Boolean)
  return told.length === 0 ? '' : `. ${told.join(' ')}`
}

/** Names of the fields that there can be at this place; none where that depends on what is written. */
function fieldsAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const bare = unwrapped(schema)
  const [key, ...rest] = path
  if (bare instanceof z.ZodObject) {
    if (key === undefined) return Object.keys(bare.shape)
    const inner: unknown = bare.shape[String(key)]
    return inner instanceof z.ZodType ? fieldsAt(inner, rest) : []
  }
  if (bare instanceof z.ZodArray) return fieldsAt(bare.element, rest)
  return bare instanceof z.ZodRecord ? fieldsAt(bare.valueType, rest) : []
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const isWrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
  return isWrapped ? unwrapped(schema.unwrap()) : schema
}
