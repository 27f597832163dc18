import { md, mdTable } from '../markdown/escape.ts'
import { cellOf, type Told, type ToldPart } from './told.ts'

/** The same as a page of Markdown. */
export function toldMarkdown({ title, lead, parts }: Told): string {
  const all = parts.flatMap((part) => [`## ${md(part.head)}`, ...partOf(part)])
  return `${[`# ${md(title)}`, md(lead), ...all].filter(Boolean).join('\n\n')}\n`
}

function partOf(part: ToldPart): string[] {
  if (part.is === 'table') {
    const { columns, rows, note } = part
    const cells = rows.map((row) =>
      row.map((one) => {
        const { lines, tone } = cellOf(one)
        return md(tone === 'strong' ? (lines[0] ?? '') : lines.join('; '))
      }),
    )
    return [mdTable(columns.map(md), cells), ...(note === undefined ? [] : [md(note)])]
  }
  return part.groups.flatMap(({ head, items }) => {
    const lines = items.map(({ name, text }) => `- **${md(name)}**: ${md(text)}`)
    return [`### ${md(head)}`, lines.join('\n')]
  })
}
