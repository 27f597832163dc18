import { z } from 'zod'

/** Anything that JSON can hold: what evidence is made of. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

export const json: z.ZodType<Json> = z.json()

/** Facts about one thing by name; the values are shown to people and never interpreted. */
export const evidence = z.record(z.string(), json)
export type Evidence = z.output<typeof evidence>
