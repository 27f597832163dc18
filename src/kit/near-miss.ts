/** The name that was probably meant: at most a third of its letters are other ones; undefined: none is so near. */
export function nearestOf(given: string, known: readonly string[]): string | undefined {
  const near = known
    .map((name) => ({ name, apart: distance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, apart }) => apart <= Math.max(1, Math.floor(Math.min(name.length, given.length) / 3)))
  return near.sort((a, b) => a.apart - b.apart)[0]?.name
}

/** Letters that must be put in, taken out or changed. Source: Levenshtein, two rows of the matrix. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (let at = 1; at <= other.length; at += 1) {
      const changed = (row[at - 1] ?? 0) + (other[at - 1] === letter ? 0 : 1)
      next.push(Math.min(changed, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
