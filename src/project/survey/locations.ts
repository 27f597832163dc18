import type { Directive } from '../../nginx/index.ts'

interface Match {
  readonly location: Directive
  /** `=`, `^~`, `~`, `~*`, `@` for a named one; empty for a prefix. */
  readonly sign: string
  readonly text: string
}

function matchOf(location: Directive): Match {
  const [first = '', second] = location.args
  if (second !== undefined) return { location, sign: first, text: second }
  if (first.startsWith('@')) return { location, sign: '@', text: first }
  const [, sign = '', text = first] = /^(=|\^~|~\*|~)(.+)$/.exec(first) ?? []
  return { location, sign, text }
}

/** As the file says it: `= /x`, `/api/`. */
export const locationText = (location: Directive): string => location.args.join(' ')

/** Where a location begins that takes a whole part of the site; undefined: it takes what a pattern says. */
export function prefixOf(location: Directive): string | undefined {
  const { sign, text } = matchOf(location)
  return (sign === '' || sign === '^~' || sign === '=') && text.startsWith('/') ? text : undefined
}

/** The location that answers a path, as Nginx chooses it; undefined: the server itself does. */
export function locationFor(block: Directive, path: string): Directive | undefined {
  const uri = path.replace(/[?#].*$/, '')
  const all = block.own('location').map(matchOf)
  const exact = all.find(({ sign, text }) => sign === '=' && text === uri)
  if (exact) return exact.location
  const prefixes = all
    .filter(({ sign, text }) => (sign === '' || sign === '^~') && uri.startsWith(text))
    .sort((a, b) => b.text.length - a.text.length)
  const [longest] = prefixes
  const within = longest && locationFor(longest.location, path)
  if (within) return within
  const pattern = longest?.sign === '^~' ? undefined : all.find((one) => matches(one, uri))
  if (pattern) return locationFor(pattern.location, path) ?? pattern.location
  return longest?.location
}

const longestPattern = 300

function matches({ sign, text }: Match, uri: string): boolean {
  if (sign !== '~' && sign !== '~*') return false
  return expressionOf(text, sign === '~*')?.test(uri) ?? false
}

/** PCRE as JavaScript; what it does not know matches nothing. The paths that are tried are short and ours. */
function expressionOf(text: string, anyCase: boolean): RegExp | undefined {
  if (text.length > longestPattern) return undefined
  try {
    return new RegExp(
      text.replace(/^\(\?i\)/, '').replaceAll('(?P<', '(?<'),
      anyCase || text.startsWith('(?i)') ? 'i' : '',
    )
  } catch {
    return undefined
  }
}

/** Paths that may be answered by a location: tried with `locationFor` before they are believed. */
export function samplesOf(location: Directive): string[] {
  const { sign, text } = matchOf(location)
  if (sign === '@') return referrersOf(location).flatMap((one) => samplesOf(one))
  if (sign !== '~' && sign !== '~*') return isPath(text) ? [text] : []
  return [...new Set([sampleOf(text, ''), sampleOf(text, 'x'), `${sampleOf(text, 'index')}`])].filter(isPath)
}

const isPath = (text: string) => /^\/[\x21-\x7e]*$/.test(text)

/** One text that a plain pattern takes. */
function sampleOf(pattern: string, filler: string): string {
  let text = pattern.replace(/^\(\?i\)/, '').replace(/^\^|\$$/g, '')
  const isOpen = !pattern.startsWith('^') && !text.startsWith('/')
  // Groups from inside out: the first alternative, or nothing where the group is optional.
  for (let round = 0; round < 8 && text.includes('('); round += 1) {
    text = text.replace(/\((?:\?:|\?P?<\w+>)?([^()|]*)(?:\|[^()]*)?\)([?*]?)/g, (_all, inner: string, times: string) =>
      times === '' ? inner : '',
    )
  }
  const plain = text
    .replace(/\|.*$/, '')
    .replace(/\[\^[^\]]*\][*+]|\.[*+]\??/g, filler)
    .replace(/\\d(\+|\*|\{[^}]*\})?|\[0-9\](\+|\*|\{[^}]*\})?/g, '1')
    .replace(/\\w(\+|\*)?|\[[^\]]*[a-z][^\]]*\](\+|\*|\{[^}]*\})?/gi, filler || 'x')
    .replace(/\/\?/g, '/')
    .replace(/\\(.)/g, '$1')
    .replace(/[$^]/g, '')
  return isOpen ? `/${/^\./.test(plain) ? 'index' : ''}${plain}` : plain
}

/** Locations that lead to a named one when there is no such file. */
function referrersOf(location: Directive): readonly Directive[] {
  const [name = ''] = location.args
  const server = location.within('server')
  return (server ? everyLocation(server) : []).filter((one) =>
    one.own('try_files').some(({ args }) => args.at(-1) === name),
  )
}

/** Of a server, those in others too. */
export function everyLocation(block: Directive): readonly Directive[] {
  return block.own('location').flatMap((one) => [one, ...everyLocation(one)])
}

/** Where a request ends that a location takes: it, or what its `try_files` and `index` hand it on to. */
export function endsAt(location: Directive, server: Directive, left = 8): readonly Directive[] {
  const last = location.own('try_files')[0]?.args.at(-1)
  if (last === undefined || left === 0) return [location]
  const next = last.startsWith('@')
    ? everyLocation(server).find(({ args }) => args[0] === last)
    : last.startsWith('/')
      ? locationFor(server, last.replace(/[$].*$/, ''))
      : undefined
  return next && next !== location ? [location, ...endsAt(next, server, left - 1)] : [location]
}
