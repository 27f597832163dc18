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
