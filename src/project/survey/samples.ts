import type { SiteLocation } from '../../nginx/index.ts'

/** Paths that a location may answer: tried before they are believed. */
export function samplesOf(location: SiteLocation, all: readonly SiteLocation[]): string[] {
  const { kind, name } = location
  if (kind === 'named') return referrersOf(name, all).flatMap((one) => samplesOf(one, all))
  if (kind !== 'pattern' && kind !== 'any-case') return isPath(name) ? [name] : []
  return [...new Set(['', 'x', 'index'].map((filler) => sampleOf(name, filler)))].filter(isPath)
}

const isPath = (text: string) => /^\/[\x21-\x7e]*$/.test(text)

/** Locations that lead to a named one when there is no such file. */
const referrersOf = (name: string, all: readonly SiteLocation[]) =>
  all.filter(
    ({ kind, leads }) => kind !== 'named' && leads.some((lead) => lead.kind === 'location' && lead.to === name),
  )

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
