import { z } from 'zod'

/** Anything that JSON can hold: what evidence is made of. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

export const json: z.ZodType<Json> = z.json()

/** As JSON keeps it: what is undefined is left out. ZodError where it holds what JSON cannot. */
export const asJson = (value: unknown): Json => json.parse(JSON.parse(JSON.stringify(value)))

/** Facts about one thing by name; the values are shown to people and never interpreted. */
export const evidence = z.record(z.string(), json)
export type Evidence = z.output<typeof evidence>

/** As deep as anything of ours nests, and more. */
export const deepest = 64

/** Does it nest deeper? Whoever goes down into it by calling itself would not come back. */
export function isTooDeep(value: unknown, left: number = deepest): boolean {
  if (typeof value !== 'object' || value === null) return false
  return left === 0 || Object.values(value).some((one) => isTooDeep(one, left - 1))
}

/** What a reader of YAML says, on one line: it goes down into what it reads by calling itself. */
export function yamlProblem({ message, code }: { message: string; code: string }): string {
  return /Maximum call stack/.test(message) ? 'it nests too deep' : (message.split('\n')[0] ?? code)
}
