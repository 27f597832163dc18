import { ownOf } from '../../kit/own.ts'
import type { ServiceSnapshot } from '../../kit/stack-snapshot.ts'

interface ConfigurationDifference {
  what: string
  a: string
  b: string
  consequence: string
}

const shownLines = 6

/** How the effective configurations of two proxies differ, file by file, and whether workers serve what lies there. */
export function configurationDifference(
  a: ServiceSnapshot,
  b: ServiceSnapshot,
  names: { a: string; b: string },
): ConfigurationDifference[] {
  if (a.role !== 'proxy') return []
  if (a.configuration === null || b.configuration === null) {
    if (a.configuration === b.configuration) return []
    const shown = (one: ServiceSnapshot) => (one.configuration === null ? 'refused by nginx -T' : 'valid')
    const consequence = 'one of them cannot be started or reloaded with what lies there'
    return [{ what: 'configuration', a: shown(a), b: shown(b), consequence }]
  }
  const [inA, inB] = [a.configuration, b.configuration]
  if (inA.hash === inB.hash) {
    if (a.serves === b.serves) return []
    const consequence =
      'the same files, and workers that have read other ones: a reload or a restart changes what is served'
    return [{ what: 'release served', a: a.serves ?? 'no answer', b: b.serves ?? 'no answer', consequence }]
  }
  const paths = [...new Set([...Object.keys(inA.files), ...Object.keys(inB.files)])].sort()
  const consequence = `another configuration: what is tried in ${names.a} is not what runs in ${names.b}`
  return paths.flatMap((path) => {
    const [ours, theirs] = [ownOf(inA.files, path), ownOf(inB.files, path)]
    const only = { a: linesOnlyIn(ours, theirs), b: linesOnlyIn(theirs, ours) }
    if (only.a === only.b && ours?.join('\n') === theirs?.join('\n')) return []
    return [{ what: `configuration ${path.replace('/etc/nginx/', '')}`, ...only, consequence }]
  })
}

/** Lines that the other has not, or fewer times; the first few of them. */
function linesOnlyIn(lines: readonly string[] | undefined, others: readonly string[] | undefined): string {
  if (lines === undefined) return 'no such file'
  if (others === undefined) return `${lines.length} lines`
  const left = new Map<string, number>()
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1)
  const only = lines.filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count <= 0
  })
  if (only.length === 0) return others.length > lines.length ? 'lacks lines' : 'the same lines in another order'
  const more = only.length > shownLines ? ` … ${only.length - shownLines} more` : ''
  return `${only.slice(0, shownLines).join(' ')}${more}`
}
