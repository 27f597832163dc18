import { z } from 'zod'

/**
 * One thing that a scenario can name: its kind, its fields, and what they become. Validation, inferred types, JSON
 * Schema and help are all read from this one declaration.
 */
export interface Kind<K extends string, S extends z.ZodRawShape, T> {
  readonly kind: K
  /** One sentence for help and documents. */
  readonly about: string
  readonly schema: z.ZodObject<{ kind: z.ZodLiteral<K> } & S, z.core.$strict>
  /** What a stack must be able to do for it. */
  readonly needs: (fields: z.output<z.ZodObject<S>>) => readonly string[]
  readonly make: (fields: z.output<z.ZodObject<S>>) => T
}

export function defineKind<T, Need extends string = never>() {
  return <K extends string, S extends z.ZodRawShape>(definition: {
    kind: K
    about: string
    fields: S
    needs?: readonly Need[] | ((fields: z.output<z.ZodObject<S>>) => readonly Need[])
    make: (fields: z.output<z.ZodObject<S>>) => T
  }): Kind<K, S, T> => {
    const { kind, about, fields, make, needs = [] } = definition
    const schema = z.strictObject({ kind: z.literal(kind), ...fields })
    return { kind, about, schema, needs: typeof needs === 'function' ? needs : () => needs, make }
  }
}

/** What a spec that was validated before becomes, found by its kind in a room's list. */
export function makeOf<T>(list: readonly { kind: string; make: (fields: never) => T }[], spec: { kind: string }): T {
  const found = list.find((one) => one.kind === spec.kind)
  if (!found) throw new RangeError(`No kind '${spec.kind}': there are ${list.map((one) => one.kind).join(', ')}`)
  return found.make(spec as never)
}

/** What a stack must be able to do for a spec that was validated before. */
export function needsOf(
  list: readonly { kind: string; needs: (fields: never) => readonly string[] }[],
  spec: { kind: string },
): readonly string[] {
  return list.find((one) => one.kind === spec.kind)?.needs(spec as never) ?? []
}

type SchemaIn<L extends readonly { schema: z.core.$ZodTypeDiscriminable }[]> = L[number]['schema']

/**
 * Any one of a room's list, told apart by its kind: what a new thing costs is its line in the list. Its type is what
 * goes in and comes out, and not how it is read: whoever types a scenario would have to wait for that.
 */
export function unionOf<const L extends readonly { schema: z.core.$ZodTypeDiscriminable }[]>(
  list: L,
): z.ZodType<z.output<SchemaIn<L>>, z.input<SchemaIn<L>>> {
  const [first, ...rest] = list.map((one) => one.schema)
  if (!first) throw new RangeError('a list of kinds is empty')
  const union: unknown = z.discriminatedUnion('kind', [first, ...rest])
  return union as z.ZodType<z.output<SchemaIn<L>>, z.input<SchemaIn<L>>>
}
