/** One thing that was measured beside the same of a peer, and whether the stated target was met. */
export interface Row {
  what: string
  target: string
  ours: string
  peer: string
  met: boolean
}

/** The rows as a table for people; false when a target was missed. */
export function printTable(title: string, peer: string, rows: readonly Row[]): boolean {
  const head = { what: title, target: 'target', ours: 'badgateway', peer, met: '' }
  const cells = [head, ...rows.map((row) => ({ ...row, met: row.met ? 'met' : 'MISSED' }))]
  const width = (key: keyof typeof head) => Math.max(...cells.map((row) => row[key].length)) + 2
  const widths = { what: width('what'), target: width('target'), ours: width('ours'), peer: width('peer') }
  for (const row of cells) {
    const line = (['what', 'target', 'ours', 'peer'] as const).map((key) => row[key].padEnd(widths[key])).join('')
    console.log(line + row.met)
  }
  return rows.every((row) => row.met)
}
