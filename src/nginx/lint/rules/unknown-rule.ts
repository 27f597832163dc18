import { knownNames, placeOf } from '../../knowledge/known-directives.ts'
import type { Rule } from '../rule.ts'

const byLength = Map.groupBy(knownNames, ({ length }) => length)
/** Shorter names are near to each other by themselves. */
const shortest = 6

/** A name that no module of Nginx's own has, and that one of them nearly has. */
export const unknownRule: Rule = {
  trap: 'unknown-directive',
  level: 'note',
  claims: "A directive is none of Nginx's own, and one of them has nearly this name.",
  because: 'Unless a module of others knows it, Nginx does not start with it.',
  remedy: 'Correct its name.',
  bad: 'server { location / { proxy_pass http://10.0.0.1; proxy_read_timeot 3s; } }',
  good: 'server { location / { proxy_pass http://10.0.0.1; brotli on; more_set_headers "A: b"; } }',
  find: ({ all, broken }) =>
    all.flatMap((directive) => {
      const { name, file } = directive
      if (name.length < shortest || knownNames.has(name) || broken.has(file) || !/^[a-z\d_]+$/.test(name)) return []
      if (placeOf(directive, true) === undefined) return []
      const near = [-1, 0, 1].flatMap((more) => byLength.get(name.length + more) ?? []).find((one) => isSlip(name, one))
      return near === undefined ? [] : [{ directive, says: `there is no ${name}: ${near}?` }]
    }),
}

/** One letter too many, too few or wrong, or two that changed places. */
function isSlip(typed: string, meant: string): boolean {
  let start = 0
  while (start < typed.length && typed[start] === meant[start]) start += 1
  let end = 0
  while (end < Math.min(typed.length, meant.length) - start && typed.at(-1 - end) === meant.at(-1 - end)) end += 1
  const [one, other] = [typed.slice(start, typed.length - end), meant.slice(start, meant.length - end)]
  if (one.length <= 1 && other.length <= 1) return true
  return one.length === 2 && other.length === 2 && one === [...other].reverse().join('')
}
