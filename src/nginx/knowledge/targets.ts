import { unknown, unknownPath } from './variables.ts'

/** What a `…_pass` can lead to. */
export interface Target {
  /** `https`, `grpcs` …; empty when it has none. */
  readonly scheme: string
  /** Host without port, in lower case; the path of a socket; may hold what is not known. */
  readonly host: string
  /** Empty when there is none. */
  readonly port: string
  readonly kind: 'address' | 'socket' | 'name' | 'unknown'
}

const v4 = /^\d{1,3}(\.\d{1,3}){3}$/

/** Reads one expanded target: `http://shop-web:80/x`, `unix:/run/a.sock`, `[::1]:9000`. */
export function targetOf(text: string): Target {
  const [, scheme = '', rest = ''] = /^(?:([A-Za-z]+):\/\/)?([\s\S]*)$/.exec(text) ?? []
  const lower = scheme.toLowerCase()
  if (/^unix:/i.test(rest)) {
    const host = `unix:${rest.slice('unix:'.length).split(':', 1)[0] ?? ''}`
    return { scheme: lower, host, port: '', kind: 'socket' }
  }
  const authority = /^(?:\[[^\]]*\])?[^/?#\uE001]*/.exec(rest)?.[0] ?? ''
  const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority) ?? []
  return { scheme: lower, host: host.toLowerCase(), port, kind: kindOf(host) }
}

function kindOf(host: string): Target['kind'] {
  if (host.startsWith('[') || v4.test(host)) return 'address'
  const known = host.replaceAll(unknown, '').replaceAll(unknownPath, '')
  // Letters make a name of it, whatever else it has; an address can still come of digits.
  return /[a-z_]/i.test(known) ? 'name' : known === host && host !== '' ? 'address' : 'unknown'
}

/** Whether a name with parts that are not known can be this one. */
export function canBe(host: string, name: string): boolean {
  const parts = host.split(unknown)
  if (parts.length === 1) return host === name
  if (name.length < parts.join('').length) return false
  return name.startsWith(parts[0] ?? '') && name.endsWith(parts.at(-1) ?? '')
}
