import { BadgatewayError } from './errors.ts'
import { inert, inertJson } from './inert.ts'
import type { Mistake } from './outlook.ts'

/** Something that is valid and proves less than it seems to, in one line: file, path, what, value. */
export function trapWords(file: string, { path, value, what }: Mistake): string {
  const found = value === undefined ? '' : ` (found ${inertJson(value).slice(0, 80)})`
  return `${inert(file)}: ${inert(path)}: ${inert(what)}${found}`
}

/** Tells each of them before anything starts; strictly: USAGE with all of them. */
export function heedTraps(
  lines: readonly string[],
  { strict = false, say }: { strict?: boolean | undefined; say: (text: string) => void },
): void {
  if (!strict) for (const line of lines) say(line)
  else if (lines.length > 0) {
    throw new BadgatewayError('USAGE', lines.join('\n  '), 'Nothing was started. Without --strict these are warnings.')
  }
}
