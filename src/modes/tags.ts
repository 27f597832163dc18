import { BadgatewayError } from '../kit/errors.ts'
import { didYouMean } from '../kit/near-miss.ts'

/** Asks whether something with these tags is meant. */
export type TagFilter = (tags: readonly string[]) => boolean

/**
 * Reads `slow & !tls | hang`: `!` binds closest, then `&`, then `|`; brackets as usual. USAGE with the place of what
 * cannot be read, or for a tag that nothing has.
 */
export function tagFilter(text: string, known: readonly string[]): TagFilter {
  const tokens = [...text.matchAll(/\s*([&|!()]|[^\s&|!()]+)/g)].map(([, token = '']) => token)
  let at = 0
  const refuse = (what: string): never => {
    const hint = 'Join tags with & (and), | (or), ! (not) and brackets: slow & !tls.'
    throw new BadgatewayError('USAGE', `--tag: '${text}': ${what}`, hint)
  }
  const one = (): TagFilter => {
    const token = tokens[at]
    at += 1
    if (token === undefined) return refuse('it ends where a tag should stand')
    if (token === '!') {
      const inner = one()
      return (tags) => !inner(tags)
    }
    if (token === '(') {
      const inner = either()
      if (tokens[at] !== ')') return refuse('a bracket is not closed')
      at += 1
      return inner
    }
    if (/^[&|)]$/.test(token)) return refuse(`'${token}' stands where a tag should`)
    if (!known.includes(token))
      return refuse(`there is no tag '${token}'. ${didYouMean(token, known)}There are: ${known.join(', ')}`)
    return (tags) => tags.includes(token)
  }
  const both = (): TagFilter => {
    const all = [one()]
    while (tokens[at] === '&') {
      at += 1
      all.push(one())
    }
    return (tags) => all.every((asks) => asks(tags))
  }
  const either = (): TagFilter => {
    const any = [both()]
    while (tokens[at] === '|') {
      at += 1
      any.push(both())
    }
    return (tags) => any.some((asks) => asks(tags))
  }
  const filter = either()
  if (at < tokens.length) return refuse(`'${tokens[at]}' stands where & or | should`)
  return filter
}
