import { families, type Model } from '../../knowledge/model.ts'
import { compareVersions } from '../../knowledge/units.ts'
import type { Directive } from '../../read/directive.ts'
import type { Rule, Trapped } from '../rule.ts'
import { endOfClass, patternsOf } from './refused-patterns.ts'

const passNames: readonly string[] = families.map((family) => `${family}_pass`)
/** What a request of a location is answered with, with the groups of its expression. */
const answers = [...passNames, 'alias', 'return']
const mended = '1.30.1'

/** Expressions, and the groups that they give. */
export const patternRules: readonly Rule[] = [
  {
    trap: 'group-not-there',
    level: 'trap',
    claims: 'A number such as `$2` names a group that the expression before it does not have.',
    because: 'It is empty: the request goes to the wrong path, or to no host at all (404, 500).',
    remedy: 'Count the brackets, or give the groups names.',
    bad: 'server { location / { rewrite ^/old/(.*)$ /new/$2 break; proxy_pass http://10.0.0.1; } }',
    good: 'server { location / { rewrite ^/old/(.*)$ /new/$1 break; proxy_pass http://10.0.0.1; } }',
    find: ({ all, variables, broken }) =>
      all.filter(({ file, block }) => !broken.has(file) && !block).flatMap((one) => missingGroup(one, variables)),
  },
  {
    trap: 'pattern-backtracks',
    level: 'note',
    claims: 'An expression repeats a group that itself ends with a repetition: `(a+)+`.',
    because: 'A path that nearly fits is tried in more ways than can be counted: 500, or a worker at 100 %.',
    remedy: 'Repeat once: `[a-z/]+`.',
    bad: 'server { location ~ ^/([a-z]+)+$ { proxy_pass http://10.0.0.1; } }',
    good: 'server { location ~ ^/[a-z]+$ { proxy_pass http://10.0.0.1; } }',
    find: ({ all, broken }) =>
      all.flatMap((directive) => {
        const pattern = broken.has(directive.file) ? undefined : patternsOf(directive).find(isNested)
        return pattern === undefined ? [] : [{ directive, says: `${pattern} repeats what is repeated` }]
      }),
  },
  {
    trap: 'pattern-not-anchored',
    level: 'hint',
    claims: 'A location by expression passes requests on, and fits anywhere in a path: it has neither `^` nor `$`.',
    because: 'Before any prefix it takes every path that has it somewhere: those go to the wrong upstream.',
    remedy: 'Begin it with ^.',
    bad: 'server { location ~ /api/ { proxy_pass http://10.0.0.1; } }',
    good: 'server { location ~ ^/api/ { proxy_pass http://10.0.0.1; } location ~ \\.php$ { fastcgi_pass php; } }',
    find: ({ all, broken }) =>
      all.flatMap((directive) => {
        const [sign = '', pattern = ''] = directive.args
        const isOne = directive.name === 'location' && directive.block && (sign === '~' || sign === '~*')
        if (!isOne || broken.has(directive.file) || !directive.has(...passNames)) return []
        const isOpen = !/\^|\$|\\[AbzZ]|\{\{|<%/.test(pattern) && pattern !== '/' && !/^\.?\*?$/.test(pattern)
        return isOpen ? [{ directive, says: `${pattern} fits anywhere in a path` }] : []
      }),
  },
  {
    trap: 'rewrite-overruns-heap',
    level: 'note',
    claims:
      'Behind a `rewrite` to a path with `?` a `set`, `if` or `rewrite` of the same block names a group such as `$1`.',
    because: `Before ${mended} a path of odd signs overruns the heap (CVE-2026-42945): worker and connections die.`,
    remedy: `Update to ${mended}, or give the groups names.`,
    versions: `Before ${mended} it is a trap; distributions may have fixed theirs. Not reported from ${mended} on.`,
    bad: 'server { location / { rewrite ^/(.*) /new?c=1; set $a $1; proxy_pass http://10.0.0.1; } }',
    good: 'server { location / { rewrite ^/(?<rest>.*) /new?c=1; set $a $rest; proxy_pass http://10.0.0.1; } }',
    find: ({ all }, { version }) => {
      const isMended = version !== undefined && compareVersions(version, mended) >= 0
      const level = version === undefined ? 'note' : 'trap'
      return isMended ? [] : all.flatMap((block) => overruns(block).map((one) => ({ ...one, level })))
    },
  },
]

/** Groups that have a number; undefined where they cannot be counted. */
function groupsIn(pattern: string): number | undefined {
  if (/\(\?\||\\Q|\$\{|\{\{|<%/.test(pattern)) return undefined
  let count = 0
  for (let at = 0; at < pattern.length; at += 1) {
    if (pattern[at] === '\\') at += 1
    else if (pattern[at] === '[') {
      const end = endOfClass(pattern, at)
      if (end === undefined) return undefined
      at = end
    } else if (pattern[at] === '(' && opensGroup.test(pattern.slice(at, at + 5))) count += 1
  }
  return count
}

/** Not `(?:`, nor what looks around; a name gives it a number, too. */
const opensGroup = /^\((?!\?|\*)|^\(\?P?<(?![=!])|^\(\?'/

const numbersIn = (text: string) => [...text.matchAll(/\$\{?(\d)/g)].map(([, digit]) => Number(digit))

function missingGroup(directive: Directive, variables: Model['variables']): Trapped[] {
  const { name, args, parent } = directive
  const [pattern, text] = name === 'rewrite' ? [args[0], args[1]] : [patternAround(directive), args.join(' ')]
  if (pattern === undefined || text === undefined) return []
  const highest = Math.max(0, ...numbersIn(text))
  const count = groupsIn(pattern)
  if (highest === 0 || count === undefined || highest <= count) return []
  // A map by expressions has groups of its own, and is asked in between.
  const mapped = variables.in(text).some((one) => variables.definitions(one).some(({ name: by }) => by === 'map'))
  if (mapped || (name !== 'rewrite' && parent?.has('if', 'rewrite', 'set'))) return []
  return [{ directive, says: `$${highest} of ${pattern}, which has ${count === 1 ? 'one group' : `${count} groups`}` }]
}

/** The expression of the location that it stands in. */
function patternAround({ name, parent }: Directive): string | undefined {
  const [sign = '', pattern] = parent?.name === 'location' && answers.includes(name) ? parent.args : []
  return sign === '~' || sign === '~*' ? pattern : undefined
}

/** A group that ends with a repetition of one sign or class, and nothing around it, is repeated. */
const isNested = (pattern: string) =>
  /\)[+*{]/.test(pattern) && /\((?:\?:)?(?:\[[^\]]{0,200}\]|\\?[^()[\]])[+*]\)(?:[+*]|\{\d+,\})/.test(pattern)

/** From its end on, so that each rewrite knows what is behind it. */
function overruns({ block }: Directive): Trapped[] {
  let behind: Directive | undefined
  return (block ?? []).toReversed().flatMap((directive) => {
    const { name, args } = directive
    const [, target = ''] = args
    const isOpen = name === 'rewrite' && args.length === 2 && target.includes('?')
    const says = `and behind it ${behind?.name} ${behind?.args.join(' ')} (line ${behind?.line})`
    const found = isOpen && behind ? [{ directive, says }] : []
    const text = name === 'rewrite' ? target : args.join(' ')
    if (['set', 'if', 'rewrite'].includes(name) && numbersIn(text).length > 0) behind = directive
    return found
  })
}
