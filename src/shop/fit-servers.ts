/** How many servers of each role there are. */
export interface ServerCounts {
  web: number
  api: number
}

/** A configuration that names web-1, web-2 and so on, for as many servers as there are. */
export function fitServers(text: string, servers: ServerCounts): string {
  return Object.entries(servers).reduce((fitted, [role, count]) => {
    // What names each of them already stands as it is: its lines may differ, in their weights for one.
    if (highestOf(fitted, role) === count) return fitted
    const numbers = Array.from({ length: count }, (_, index) => index + 1)
    const inRow = new RegExp(`\\b${role}-1(?:, ${role}-\\d+)+`, 'g')
    const rowed = fitted.replaceAll(inRow, numbers.map((number) => `${role}-#${number}`).join(', '))
    const lines = rowed.split('\n').flatMap((line) => {
      const found = new RegExp(`\\b${role}-(\\d+)\\b`).exec(line)?.[1]
      if (found === undefined) return [line]
      return found === '1' ? numbers.map((number) => line.replaceAll(`${role}-1`, `${role}-${number}`)) : []
    })
    return lines.join('\n').replaceAll(`${role}-#`, `${role}-`)
  }, text)
}

function highestOf(text: string, role: string): number {
  return Math.max(0, ...[...text.matchAll(new RegExp(`\\b${role}-(\\d+)\\b`, 'g'))].map(([, number]) => Number(number)))
}
