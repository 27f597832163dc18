/** What a record has under a name that somebody else chose: every object has a `constructor`, and none of it counts. */
export function ownOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
