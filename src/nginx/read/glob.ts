/** Whether a path is a pattern to Nginx, which asks for these three signs. */
export const isPattern = (path: string): boolean => /[*?[]/.test(path)

/** `a/b/../c`, `./a`, `a//b`: without the detours; `..` above the root stays at the root. */
export function normalPath(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  return `/${parts.join('/')}`
}

/**
 * Does one name match one segment of a pattern, as glob(3) has it? A star, a question mark and a bracket take no dot at
 * the begin; `[!…]` and `[^…]` negate; a bracket that is never closed is itself. Time: at most name × pattern.
 */
export function matchesName(wanted: string, given: string): boolean {
  const [pattern, name] = [bytesOf(wanted), bytesOf(given)]
  const parts = partsOf(pattern)
  if (name.startsWith('.') && !(parts[0] !== '*' && parts[0]?.isDot === true)) return false
  let [part, at] = [0, 0]
  let [starPart, starAt] = [-1, 0]
  while (at < name.length) {
    const one = parts[part]
    if (one === '*') {
      ;[starPart, starAt] = [part, at]
      part += 1
    } else if (one?.takes(name[at] ?? '')) {
      part += 1
      at += 1
    } else if (starPart >= 0) {
      part = starPart + 1
      starAt += 1
      at = starAt
    } else return false
  }
  while (parts[part] === '*') part += 1
  return part === parts.length
}

/** A sign for each byte: Nginx asks in the language of C, where an umlaut is two. */
const bytesOf = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

type Part = '*' | { takes(sign: string): boolean; readonly isDot: boolean }

const literal = (sign: string): Part => ({ takes: (one) => one === sign, isDot: sign === '.' })

function partsOf(pattern: string): Part[] {
  const parts: Part[] = []
  for (let at = 0; at < pattern.length; at += 1) {
    const sign = pattern[at] ?? ''
    const bracket = sign === '[' ? bracketAt(pattern, at) : undefined
    if (sign === '*') parts.push('*')
    else if (sign === '?') parts.push({ takes: () => true, isDot: false })
    else if (bracket) {
      parts.push(bracket.part)
      at = bracket.end
    } else if (sign === '\\' && at + 1 < pattern.length) {
      at += 1
      parts.push(literal(pattern[at] ?? ''))
    } else parts.push(literal(sign))
  }
  return parts
}

const classes = new Map(
  Object.entries({
    alpha: /[A-Za-z]/,
    digit: /\d/,
    alnum: /[A-Za-z\d]/,
    upper: /[A-Z]/,
    lower: /[a-z]/,
    space: /\s/,
    punct: /[!-/:-@[-`{-~]/,
    xdigit: /[\dA-Fa-f]/,
    blank: /[ \t]/,
  }),
)

/** `[a-c_]` from its bracket on; undefined when it is never closed. */
function bracketAt(pattern: string, from: number): { part: Part; end: number } | undefined {
  let at = from + 1
  const isNegated = pattern[at] === '!' || pattern[at] === '^'
  if (isNegated) at += 1
  const tests: ((sign: string) => boolean)[] = []
  for (let isFirst = true; at < pattern.length; isFirst = false) {
    const sign = pattern[at] ?? ''
    if (sign === ']' && !isFirst) {
      const takes = (one: string) => tests.some((test) => test(one)) !== isNegated
      return { part: { takes, isDot: false }, end: at }
    }
    const named = /^\[:(\w{1,8}):\]/.exec(pattern.slice(at, at + 13))
    if (named) {
      const shape = classes.get(named[1] ?? '')
      tests.push((one) => shape?.test(one) ?? false)
      at += named[0].length
      continue
    }
    if (sign === '\\') at += 1
    const low = pattern[at] ?? ''
    const high = pattern[at + 1] === '-' && pattern[at + 2] !== ']' ? pattern[at + 2] : undefined
    tests.push(high === undefined ? (one) => one === low : (one) => one >= low && one <= high)
    at += high === undefined ? 1 : 3
  }
  return undefined
}
