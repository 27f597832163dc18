import type { Model } from '../../knowledge/model.ts'
import type { Directive } from '../../read/directive.ts'
import type { Trapped } from '../rule.ts'

/** What is named in one place and defined in another: zones, caches, formats of logs. Asked of whole configurations. */
export function refusedNames({ all, isWhole, hasUnread, broken }: Model): Trapped[] {
  if (!isWhole || hasUnread || broken.size > 0) return []
  const defined = new Map<string, Set<string>>()
  for (const directive of all) {
    const found = definedBy(directive)
    if (!found) continue
    const names = defined.get(found.kind) ?? new Set<string>()
    defined.set(found.kind, names.add(found.name))
  }
  return all.flatMap((directive) => {
    const used = usedBy(directive)
    // What a variable or a template names is not known.
    const isZone = used?.kind.endsWith('_zone') === true
    if (
      !used ||
      /[{%@]/.test(used.name) ||
      (!isZone && used.name.includes('$')) ||
      defined.get(used.kind)?.has(used.name)
    )
      return []
    return [{ directive, says: used.says }]
  })
}

interface Named {
  readonly kind: string
  readonly name: string
}

const caches = ['proxy', 'fastcgi', 'uwsgi', 'scgi']
/** The module whose it is: a zone of `http` is none of `stream`. */
const around = (directive: Directive) => directive.within('http', 'stream')?.name ?? ''
const wordOf = (args: readonly string[], key: string) =>
  args.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1)

function definedBy(directive: Directive): Named | undefined {
  const { name, args, block } = directive
  if (block) return undefined
  const where = around(directive)
  if (name === 'log_format') return { kind: `${where} format`, name: args[0] ?? '' }
  const zone = wordOf(args, name.endsWith('_cache_path') ? 'keys_zone' : 'zone')?.split(':')[0]
  if (zone === undefined) return undefined
  if (name === 'limit_req_zone' || name === 'limit_conn_zone') return { kind: `${where} ${name}`, name: zone }
  const family = caches.find((one) => name === `${one}_cache_path`)
  return family ? { kind: `${family}_cache`, name: zone } : undefined
}

function usedBy(directive: Directive): (Named & { says: string }) | undefined {
  const { name, args, block, parent } = directive
  if (block || parent?.name === 'map' || parent?.name === 'geo') return undefined
  const where = around(directive)
  const [first = '', second = ''] = args
  const zone = name === 'limit_req' ? wordOf(args, 'zone') : name === 'limit_conn' ? first : undefined
  if (zone !== undefined) {
    return { kind: `${where} ${name}_zone`, name: zone, says: `zero size shared memory zone "${zone}"` }
  }
  if (caches.some((family) => name === `${family}_cache`) && first !== 'off') {
    return { kind: name, name: first, says: `"${name}" zone "${first}" is unknown` }
  }
  const isFormat = name === 'access_log' && second !== '' && second !== 'combined' && !second.includes('=')
  return isFormat ? { kind: `${where} format`, name: second, says: `unknown log format "${second}"` } : undefined
}
