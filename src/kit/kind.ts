import { z } from 'zod'
import type { Mistake, Outlook } from './outlook.ts'

/** What a spec of a kind becomes. */
export interface Ready<T> {
  /** A new one at each call: what it has seen in one run is no part of the next. */
  make(): T
  /** What is wrong with it in this run, and shall be told before anything is started. */
  refuse(outlook: Outlook): readonly Mistake[]
  /** What a stack must be able to do for it, by the names of the capabilities. */
  readonly needs: readonly string[]
  /** It adds servers, whose numbers nobody had before. */
  readonly addsServers: boolean
}

/**
 * One thing that a scenario can name: its kind, its fields, and what they become. Validation, inferred types, JSON
 * Schema and help are all read from this one declaration.
 */
export interface Kind<K extends string, S extends z.ZodRawShape, T> {
  readonly kind: K
  /** One sentence for help and documents. */
  readonly about: string
  readonly schema: z.ZodObject<{ kind: z.ZodLiteral<K> } & S, z.core.$strict>
  /** What a spec becomes, as somebody wrote it or as a plan keeps it. ZodError when it is neither. */
  readonly ready: (spec: unknown) => Ready<T>
}

/** A kind that says of itself what it is: a fault, a remedy, a probe. */
export interface KindOf<Is extends string, K extends string, S extends z.ZodRawShape, T> extends Kind<K, S, T> {
  readonly is: Is
}

/** Any of those, whatever its name and fields. */
export interface AnyKindOf<Is extends string, T> {
  readonly is: Is
  readonly kind: string
  readonly about: string
  readonly schema: z.ZodObject
  readonly ready: (spec: unknown) => Ready<T>
}

/** What whoever adds a kind says of it. */
export interface KindDefinition<K extends string, S extends z.ZodRawShape, T, Need extends string = never> {
  kind: K
  about: string
  fields: S
  make: (fields: z.output<z.ZodObject<S>>) => T
  /** What its schema cannot see: what this stack, its load or its rules do not have. */
  refuse?: (fields: z.output<z.ZodObject<S>>, outlook: Outlook) => readonly Mistake[]
  /** What a stack must be able to do for it. */
  needs?: readonly Need[] | ((fields: z.output<z.ZodObject<S>>) => readonly Need[])
  addsServers?: true
}

export function defineKind<T, Need extends string = never>() {
  return <K extends string, S extends z.ZodRawShape>(definition: KindDefinition<K, S, T, Need>): Kind<K, S, T> => {
    const { kind, about, fields, make, refuse, needs = [], addsServers = false } = definition
    const own = z.object(fields)
    const schema = z.strictObject({ kind: z.literal(kind), ...fields })
    const ready = (spec: unknown): Ready<T> => {
      schema.parse(spec)
      const given = own.parse(spec)
      return {
        make: () => make(given),
        refuse: (outlook) => refuse?.(given, outlook) ?? [],
        needs: typeof needs === 'function' ? needs(given) : needs,
        addsServers,
      }
    }
    return { kind, about, schema, ready }
  }
}

interface Readied<T> {
  kind: string
  ready(spec: unknown): Ready<T>
}

/** What a spec becomes, found by its kind in a room's list. */
export function readyOf<T>(list: readonly Readied<T>[], spec: { kind: string }): Ready<T> {
  const found = list.find((one) => one.kind === spec.kind)
  if (!found) throw new RangeError(`No kind '${spec.kind}': there are ${list.map((one) => one.kind).join(', ')}`)
  return found.ready(spec)
}

type SchemaIn<L extends readonly { schema: z.core.$ZodTypeDiscriminable }[]> = L[number]['schema']

/**
 * What somebody wrote of a kind that a scenario brings along: that kind's own schema has read it, and only its own
 * `make` or `judge` knows the fields. The mark keeps it apart from the specs of our own kinds, whose fields are known.
 */
export interface OwnSpec {
  readonly kind: string & { readonly isOwn: true }
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
): z.ZodType<z.core.$InferUnionOutput<SchemaIn<L>>, z.core.$InferUnionInput<SchemaIn<L>>> {
  const [first, ...rest] = list.map((one): SchemaIn<L> => one.schema)
  if (!first) throw new RangeError('a list of kinds is empty')
  return z.discriminatedUnion('kind', [first, ...rest])
}
