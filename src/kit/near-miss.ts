/** At most so many letters of a name may be wrong, and at most a third of them. */
const mostWrong = 3

/** `Did you mean 'x'? ` for a hint, or nothing when no known name is near. */
export function didYouMean(typed: string, known: readonly string[]): string {
  const near = nearestOf(typed, known)
  return near === undefined ? '' : `Did you mean '${near}'? `
}

/** The name that was probably meant, by its last part too; undefined: none is so near. */
export function nearestOf(typed: string, known: readonly string[]): string | undefined {
  const apart = (name: string) => distance(typed.toLowerCase(), name.toLowerCase())
  return known
    .map((name) => ({ name, wrong: Math.min(apart(name), apart(name.split('/').at(-1) ?? name)) }))
    .filter(({ name, wrong }) => wrong <= Math.min(mostWrong, Math.max(1, Math.floor(name.length / 3))))
    .sort((a, b) => a.wrong - b.wrong)[0]?.name
}

/** How many letters have to be put in, taken out or changed: Levenshtein's distance. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > mostWrong) return mostWrong + 1
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [at, letter] of [...a].entries()) {
    const next = [at + 1]
    for (const [other, its] of [...b].entries()) {
      const changed = (row[other] ?? 0) + (letter === its ? 0 : 1)
      next.push(Math.min(changed, (row[other + 1] ?? 0) + 1, (next[other] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
