/** Values of a line by the variables that they stand for, `status`; undefined: the line is none of this format. */
export type FormatReader = (line: string) => ReadonlyMap<string, string> | undefined

/** What is in the values of these variables as it is, so that nothing around them has to set it apart. */
const shapes: ReadonlyMap<string, RegExp> = new Map([
  ['request', /[A-Z]{1,20} \S{1,16384} HTTP\/[\d.]{1,5}/y],
  ['time_local', /\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}/y],
])
const variable = /\$(?:\{(\w+)\}|(\w+))/g

/** The variables of a `log_format`, in their order. */
export const variablesOf = (format: string): string[] =>
  [...format.matchAll(variable)].map(([, braced, bare]) => braced ?? bare ?? '')

/**
 * A reader for lines of this `log_format`: a value goes to the next text that stands between two of them. Linear in the
 * line. `json`: values are escaped as JSON has it (`escape=json`).
 */
export function formatReader(format: string, escaping: Escape = 'default'): FormatReader {
  const names = variablesOf(format)
  const texts = format.replaceAll(variable, '\0').split('\0')
  return (line) => {
    const values = valuesIn(line, names, texts)
    return values && new Map([...values].map(([name, value]) => [name, unescaped(value, escaping)]))
  }
}

export type Escape = 'default' | 'json' | 'none'

function valuesIn(line: string, names: readonly string[], texts: readonly string[]): Map<string, string> | undefined {
  const values = new Map<string, string>()
  const [first = ''] = texts
  if (names.length === 0 || !line.startsWith(first)) return undefined
  let at = first.length
  for (const [index, name] of names.entries()) {
    const next = texts[index + 1] ?? ''
    const isLast = index === names.length - 1
    const end = isLast ? lastEnd(line, next) : endOf(line, { name, next, at })
    if (end < at) return undefined
    values.set(name, line.slice(at, end))
    at = end + next.length
  }
  return values
}

const lastEnd = (line: string, next: string) => (line.endsWith(next) ? line.length - next.length : -1)

function endOf(line: string, { name, next, at }: { name: string; next: string; at: number }): number {
  const shape = shapes.get(name)
  if (shape) {
    shape.lastIndex = at
    const end = at + (shape.exec(line)?.[0].length ?? 0)
    if (end > at && line.startsWith(next, end)) return end
  }
  if (next === '') return at
  let end = line.indexOf(next, at)
  // One entry a server that was asked: `10.0.0.5:80, 10.0.0.6:80`, ` : ` where an inner redirect led to another group.
  while (end >= 0 && name.startsWith('upstream_') && next.startsWith(' ') && isWithinList(line, end)) {
    end = line.indexOf(next, end + 1)
  }
  return end
}

const isWithinList = (line: string, at: number) =>
  line[at - 1] === ',' || line.startsWith(' : ', at) || line.startsWith(' : ', at - 2)

/** What Nginx writes for a value that it has not: `-`. */
function unescaped(value: string, escaping: Escape): string {
  if (value === '-') return ''
  if (!value.includes('\\') || escaping === 'none') return value
  if (escaping === 'default') {
    return value.replaceAll(/\\x([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  }
  try {
    return String(JSON.parse(`"${value}"`))
  } catch {
    return value
  }
}
