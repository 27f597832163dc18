/** Stands for what was there. */
const mask = '***'

/** Headers that are credentials, whole. */
const header = '(?:proxy-)?authorization|(?:set-)?cookie'
/** How names of variables, fields, parameters and headers end that hold a secret. */
const secret =
  'pass(?:word|wd|phrase|code)|pwd(?!=/)|secret|token|credentials?|signature|(?<![a-z])sig|jwt|sess(?:ion)?[_-]?id|' +
  '(?:api|auth|access|account|secret|private|shared|signing|master|client)[_-]?key'
const named = `[\\w-]{0,60}(?:${secret})`
/** What stands between a name and its value: in a header, an assignment, JSON (in JSON, too), a query string. */
const sign = '\\\\{0,3}["\']?\\s{0,8}(?:[:=]|=>|%3[ad])\\s{0,8}'
const word = '[^\\s"\'&,;<>\\\\{}[\\]]{1,4096}'
/** Says where a value comes from, or is none. */
const harmless =
  '(?!\\s|(?:(?:bearer|basic|digest)\\s)?["\']?\\$\\{?[\\w:]+\\}?["\']?(?:[\\s;,}\\]]|$)|' +
  '(?:true|false|null|undefined|none|on|off|yes|no)(?:[\\s"\'&,;<>\\\\)}\\]]|$))'
/** Up to the quote that it began with, escaped as that is. */
const quoted = (group: number) => `(?:(?!\\${group})[^\\r\\n]){1,8192}`
const scheme = '(?:bearer|basic|digest|negotiate|apikey)\\s{1,3}'

const fromName: readonly [RegExp, string][] = [
  [new RegExp(`\\b(${header}|${named})(${sign})(\\\\{0,3}["'])${harmless}${quoted(3)}`, 'gi'), `$1$2$3${mask}`],
  [new RegExp(`(["'])(${header})(\\s{0,8}:\\s{0,8})${harmless}${quoted(1)}`, 'gi'), `$1$2$3${mask}`],
  [new RegExp(`\\b(${header})(${sign})(?:${scheme})?${harmless}${word}(?:;\\s?${word})*`, 'gi'), `$1$2${mask}`],
  [new RegExp(`\\b(${named})(${sign})(?:${scheme})?${harmless}${word}`, 'gi'), `$1$2${mask}`],
  [new RegExp(`(?<!\\S)(--${named})(\\s{1,3})(?!-)${harmless}["']?${word}`, 'gi'), `$1$2${mask}`],
  [new RegExp(`(_set_header|_param)(\\s+)(${header}|${named})(\\s+["']?)${harmless}${word}`, 'gi'), `$1$2$3$4${mask}`],
  [/(?<=[?&])(key=)[^\s"'&<>\\]{8,4096}/gi, `$1${mask}`],
]

const fromShape: readonly [RegExp, string][] = [
  // USER:PASSWORD is what our own help says.
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)(?!USER:PASSWORD@)[^\s/?#"'\\<>]{1,500}@/gi, `$1${mask}@`],
  // A password that is not written as a URL wants it. What is a port is none.
  [
    /\b([a-z][a-z0-9+.-]{0,30}:\/\/)(?!USER:PASSWORD@)[^\s/?#"'\\<>@:[]{0,100}:(?!\d{0,5}[/?#])[^\s"'\\<>]{1,500}@/gi,
    `$1${mask}@`,
  ],
  [/(["']_?auth\\{0,3}["']\s{0,8}:\s{0,8}\\{0,3}["'])[\w+/=-]{8,4096}/gi, `$1${mask}`],
  [/\b([Bb]earer|BEARER)\s{1,3}(?=\S*[\d=.]|\S*[a-z]\S*[A-Z]|\S{24})[\w.~+/=-]{8,4096}/g, `$1 ${mask}`],
  [/\b([Bb]asic|BASIC)\s{1,3}(?=\S*[\d=]|\S*[a-z]\S*[A-Z])[\w+/=-]{8,4096}/g, `$1 ${mask}`],
  [/(?<=\s)(-u|--user)(\s{1,3})[^\s:"']{1,200}:[^\s"']{1,500}/g, `$1$2${mask}`],
  [
    /-----BEGIN ([A-Z ]{0,30})PRIVATE KEY-----(?:(?!-----BEGIN)[\s\S]){1,20000}?-----END \1PRIVATE KEY-----/g,
    `${mask} (a private key)`,
  ],
  [/(?<![\w-])eyJ[\w-]{10,500}\.[\w-]{10,4096}\.[\w-]{10,4096}/g, mask],
  [
    /\b(?:gh[pousr]_\w{30,255}|github_pat_\w{30,255}|glpat-[\w-]{20,64}|AKIA[0-9A-Z]{16}|xox[a-z]-[\w-]{10,255})/g,
    mask,
  ],
]

/** What follows the quotes of a header that is not itself in quotes: `Digest username="…", response="…"`. */
const digest: readonly [RegExp, string][] = [
  [
    new RegExp(`(?<!["'])\\b((?:proxy-)?authorization)(\\s{0,8}:\\s{0,8})${harmless}[^\\r\\n]{1,8192}`, 'gi'),
    `$1$2${mask}`,
  ],
  [new RegExp(`(?<!["'\\w-])((?:set-)?cookie)(\\s{0,8}:\\s{0,8})${harmless}[^\\r\\n<]{1,8192}`, 'gi'), `$1$2${mask}`],
]

/** Most text has none of these, and is given back as it is. */
const suspicious =
  /@|auth|cookie|bearer|basic|pass[wpc]|pwd|secret|key|token|credential|sig|jwt|sess|-u|eyJ|gh[pousr]_|glpat|AKIA|xox/i

/** Values that nothing may show, longest first. */
let hidden: readonly string[] = []
/** A shorter value is part of many words. */
const leastHidden = 6

/**
 * From now on this thread masks these values wherever they come up: what was given to be sent, such as a variable of
 * the environment, may come back in an answer or a log.
 */
export function hide(...values: readonly string[]): void {
  const long = values.filter((one) => one.length >= leastHidden)
  const all = new Set([...hidden, ...long, ...long.map((one) => Buffer.from(one).toString('base64'))])
  hidden = [...all].sort((a, b) => b.length - a.length)
}

/**
 * Text without credentials, for everything that is printed, written or kept: the user and password of URLs, and the
 * values of headers and variables that are called like secrets. Done twice it is the same. With `markup` the text is
 * that of a whole file, in which a header's value does not go on behind a quote.
 */
export function masked(text: string, { markup = false } = {}): string {
  const known = hidden.reduce((done, value) => done.replaceAll(value, mask), text)
  if (!suspicious.test(known)) return known
  const rules = markup ? [...fromShape, ...fromName] : [...fromShape, ...digest, ...fromName]
  return rules.reduce((done, [shape, instead]) => done.replace(shape, instead), known)
}

const keyBegins = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/
const keyEnds = /-----END [A-Z ]{0,30}PRIVATE KEY-----/
/** A private key has no more lines. */
const mostKeyLines = 200

/** The same for the lines of one log, one after the other: a private key has many. */
export function lineMasker(): (line: string, options?: { markup?: boolean }) => string {
  let left = 0
  return (line, options) => {
    const inside = left > 0
    if (inside) left = keyEnds.test(line) ? 0 : left - 1
    else if (keyBegins.test(line) && !keyEnds.test(line)) left = mostKeyLines
    return inside ? mask : masked(line, options)
  }
}

const secretName = new RegExp(`^(?:${header}|${named}|_?auth)$`, 'i')
const reference = /^(?:(?:bearer|basic|digest)\s)?\$\{env:\w+\}$/i

/**
 * The same for a value that JSON can hold, as text that reads back: its shape stays, and what is called like a secret
 * is masked whole.
 */
export function maskedText(value: unknown, space?: number): string {
  const text = JSON.stringify(value, undefined, space) ?? 'null'
  // A sample of many users is asked once, and not number by number.
  if (hidden.length === 0 && !suspicious.test(text)) return text
  const replaced = (name: string, one: unknown) => (secretName.test(name) ? whole(one) : shallow(one))
  return JSON.stringify(value, replaced, space) ?? 'null'
}

function shallow(value: unknown): unknown {
  if (typeof value === 'string') return masked(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const names = Object.keys(value)
  if (names.every((name) => masked(name) === name)) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [masked(name), one]))
}

/** All that a secret's name stands for; `${env:NAME}` only says where the value is. */
function whole(value: unknown): unknown {
  if (typeof value === 'string') return reference.test(value) || value === '' ? value : mask
  if (typeof value === 'number') return mask
  if (Array.isArray(value)) return value.map(whole)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [masked(name), whole(one)]))
}
