/** Stands for what was there. */
const mask = '***'

/** User and password of a URL; the values of headers, parameters and variables that hold secrets. */
const header = '((?:proxy-)?authorization|cookie|set-cookie)'
const named = '([\\w-]{0,60}(?:password|passwd|secret|api[_-]?key|access[_-]?token|auth[_-]?token))'
/** What stands between a name and its value: in a header, an assignment, JSON, a command. */
const sign = '(["\']?\\s?[:=]\\s?["\']?)'
const word = '[^\\s"\',\\\\]{1,4096}'

const secrets: readonly [RegExp, string][] = [
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'\\@]{1,500}@/gi, `$1${mask}@`],
  [new RegExp(`\\b${header}${sign}(?:(?:bearer|basic|digest)\\s)?${word}`, 'gi'), `$1$2${mask}`],
  [/\b(bearer|basic)\s[\w.~+/=-]{8,4096}/gi, `$1 ${mask}`],
  [new RegExp(`\\b${named}${sign}[^\\s"'&,;\\\\]{1,4096}`, 'gi'), `$1$2${mask}`],
]

/** Most text has none of these words, and is given back as it is. */
const suspicious = /@|authorization|cookie|bearer|basic|passw|secret|key|token/i

/**
 * Text without credentials, for everything that is printed, written or kept: the user and password of URLs, and the
 * values of headers and variables that are called like secrets. Done twice it is the same.
 */
export function masked(text: string): string {
  if (!suspicious.test(text)) return text
  return secrets.reduce((done, [shape, instead]) => done.replace(shape, instead), text)
}
