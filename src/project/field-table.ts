import { z } from 'zod'
import { projectSchema } from './schema.ts'

/** One field of badgateway.yaml. */
interface Row {
  readonly field: string
  readonly isNeeded: boolean
  readonly byDefault: string
  readonly about: string
}

/** The fields of badgateway.yaml as a Markdown table, printed from the schema. */
export function fieldTable(): string {
  const rows = rowsOf(projectSchema, '')
  const lines = rows.map(({ field, isNeeded, byDefault, about }) => {
    const absent = isNeeded ? 'needed' : byDefault === '' ? '' : `\`${byDefault}\``
    return `| \`${field}\` | ${absent} | ${about.replaceAll('|', '\\|')} |`
  })
  return ['| Field | Default | |', '|---|---|---|', ...lines].join('\n')
}

function rowsOf(schema: z.ZodType, path: string): Row[] {
  const bare = unwrapped(schema)
  if (bare instanceof z.ZodObject)
    return Object.entries(bare.shape).flatMap(([name, one]) => fieldRows(name, one, path))
  if (bare instanceof z.ZodRecord && bare.valueType instanceof z.ZodType) return rowsOf(bare.valueType, `${path}NAME.`)
  if (bare instanceof z.ZodArray && bare.element instanceof z.ZodType) return rowsOf(bare.element, path)
  return []
}

function fieldRows(name: string, schema: unknown, path: string): Row[] {
  if (!(schema instanceof z.ZodType)) return []
  const inner = unwrapped(schema)
  const isList = inner instanceof z.ZodArray
  const isNeeded = !schema.safeParse(undefined).success
  const own = { field: `${path}${name}`, isNeeded, byDefault: defaultOf(schema), about: aboutOf(schema) }
  return [own, ...rowsOf(inner, `${path}${name}${isList ? '[]' : ''}.`)]
}

function defaultOf(schema: z.ZodType): string {
  if (!(schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)) return ''
  const value: unknown = schema.def.defaultValue
  return unwrapped(schema) instanceof z.ZodObject ? '' : JSON.stringify(value).replaceAll('"', '')
}

function aboutOf(schema: z.ZodType): string {
  if (schema.description !== undefined) return schema.description
  const inner = innerOf(schema)
  return inner ? aboutOf(inner) : ''
}

function unwrapped(schema: z.ZodType): z.ZodType {
  const inner = innerOf(schema)
  return inner ? unwrapped(inner) : schema
}

function innerOf(schema: z.ZodType): z.ZodType | undefined {
  const isWrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
  const inner: unknown = isWrapped ? schema.unwrap() : undefined
  return inner instanceof z.ZodType ? inner : undefined
}
