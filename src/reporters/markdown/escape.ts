import { inert } from '../../kit/inert.ts'

/**
 * Captured text for a Markdown page, as text: no HTML, no link, image or mention, no table cell that it did not get. A
 * zero-width space keeps sites from making links of addresses, numbers and names by themselves.
 */
export function md(text: string): string {
  return inert(text)
    .replace(/[\\`*_{}[\]<>|~^$]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/!(?=\\\[)/g, '\\!')
    .replace(/@(?=\w)/g, '@\u200b')
    .replace(/#(?=\w)/g, '#\u200b')
    .replace(/:(?=\/\/)/g, ':\u200b')
    .replace(/\b(mailto|javascript|data|www)([:.])/gi, '$1\u200b$2')
    .replace(/^([-+=#>])/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
}

/** Captured text as code, whatever backticks are in it; also in a cell of a table. */
export function mdCode(text: string): string {
  const shown = inert(text).replaceAll('|', '\\|')
  const runs = shown.match(/`+/g) ?? []
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1)
  const pad = shown.startsWith('`') || shown.endsWith('`') || shown === '' ? ' ' : ''
  return `${fence}${pad}${shown}${pad}${fence}`
}

/** A table; cells are Markdown already. */
export function mdTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}

/** What the shards of a run lack, as a list; none: nothing. */
export function lackLines(lacks: readonly string[] = []): string[] {
  return lacks.length === 0 ? [] : [lacks.map((one) => `- Lacking: ${md(one)}`).join('\n')]
}
