import { deepest } from './json.ts'

/** What a record has under a name that somebody else chose: every object has a `constructor`, and none of it counts. */
export function ownOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/**
 * Where data has the name `__proto__`. Whoever checks data passes over it, so what stands there would be left out
 * silently.
 */
export function strayNames(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value !== 'object' || value === null || path.length > deepest) return []
  const own = Object.hasOwn(value, '__proto__') ? [[...path, '__proto__'].join('.')] : []
  const inner = Object.entries(value).filter(([name]) => name !== '__proto__')
  return [...own, ...inner.flatMap(([name, one]) => strayNames(one, [...path, name]))]
}
