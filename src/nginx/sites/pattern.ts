import { createContext, Script } from 'node:vm'

/** What PCRE has and this language writes otherwise. */
const same = new Map([
  ['\\A', '^'],
  ['\\Z', '(?=\\n?(?![\\s\\S]))'],
  ['\\z', '(?![\\s\\S])'],
])

const classes = new Map(
  Object.entries({
    ...{ alpha: 'A-Za-z', digit: '0-9', alnum: 'A-Za-z0-9', upper: 'A-Z', lower: 'a-z', xdigit: 'A-Fa-f0-9' },
    ...{ space: '\\s', word: '\\w', punct: '!-\\/:-@\\[-`{-~', blank: ' \\t' },
  }),
)

/** Possessive and atomic parts, conditions, recursion, comments, quotations, and escapes of other meaning. */
const unlike = /[*+?}]\+|\(\?[>#|(&R+\-\d]|\(\*|\\[aeghopvCEGHKNPQRVX]|\\x\{/

/** Nginx compares bytes. */
export const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

/** An expression of a location, a rewrite or a name, for `bytes`; undefined: it means something else here. */
export function patternOf(text: string, isAnyCase: boolean): RegExp | undefined {
  const [, isCaseless, rest = ''] = /^(\(\?i\))?([\s\S]*)$/.exec(text) ?? []
  if (unlike.test(rest.replace(/\\[^A-Za-z]/g, ''))) return undefined
  const source = rest
    .replace(/\\[\s\S]/g, (sign) => same.get(sign) ?? sign)
    .replace(/\[:(\w{1,8}):\]/g, (all, name: string) => classes.get(name) ?? all)
    .replace(/\(\?P</g, '(?<')
    .replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
  try {
    return new RegExp(bytes(source), isAnyCase || isCaseless ? 'i' : '')
  } catch {
    return undefined
  }
}

/** A look at one text takes microseconds; one that goes on longer would go on for years. */
const patternMs = 100
const test = new Script('pattern.test(text)')
const scope = { pattern: /^/, text: '' }
createContext(scope)

/**
 * Whether an expression of somebody's fits a text (of `bytes`); undefined: it means something else here, or would hold
 * everything up, `^(a+)+$` (attack 17).
 */
export function patternFits(source: string, isAnyCase: boolean, text: string): boolean | undefined {
  const pattern = patternOf(source, isAnyCase)
  if (!pattern || !/[*+{]/.test(source)) return pattern?.test(text)
  Object.assign(scope, { pattern, text })
  try {
    return test.runInContext(scope, { timeout: patternMs }) === true
  } catch {
    return undefined
  }
}
