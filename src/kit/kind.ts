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
  readonly make: (fields: z.output<z.ZodObject<S>>) => T
}

export function defineKind<T>() {
  return <K extends string, S extends z.ZodRawShape>(definition: {
    kind: K
    about: string
    fields: S
    make: (fields: z.output<z.ZodObject<S>>) => T
  }): Kind<K, S, T> => {
    const { kind, about, fields, make } = definition
    return { kind, about, schema: z.strictObject({ kind: z.literal(kind), ...fields }), make }
  }
}

/** What a spec that was validated before becomes, found by its kind in a room's list. */
export function makeOf<T>(list: readonly { kind: string; make: (fields: never) => T }[], spec: { kind: string }): T {
  const found = list.find((one) => one.kind === spec.kind)
  if (!found) throw new RangeError(`No kind '${spec.kind}': there are ${list.map((one) => one.kind).join(', ')}`)
  return found.make(spec as never)
}

type SchemaIn<L extends readonly { schema: z.core.$ZodTypeDiscriminable }[]> = L[number]['schema']

/**
 * What somebody wrote of a kind that a scenario brings along: that kind's own schema has read it, and only its own
 * `make` or `judge` knows the fields. The mark keeps it apart from the specs of our own kinds, whose fields are known.
 */
export interface OwnSpec {
  readonly kind: string & { readonly isOwn: true }
}

/** Is it a spec of one of these, that a scenario brings along? */
export function isOwnSpec(spec: { kind: string }, own: readonly { kind: string }[]): spec is OwnSpec {
  return own.some(({ kind }) => kind === spec.kind)
}

type Discriminable = readonly { schema: z.core.$ZodTypeDiscriminable }[]

/** The same as `unionOf`, with kinds that a scenario brings along: of theirs no more is known than that. */
export function unionWith<const L extends Discriminable>(
  list: L,
  own: Discriminable,
): z.ZodType<z.output<SchemaIn<L>> | OwnSpec, z.input<SchemaIn<L>>>
export function unionWith(list: Discriminable, own: Discriminable): z.ZodType {
  return unionOf([...list, ...own])
}

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
