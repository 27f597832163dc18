/**
 * The path that Nginx compares: without its query, decoded, without `.`, `..` and doubled strokes. Undefined: answered
 * 400, as one that climbs above the root.
 */
export function comparedPath(asked: string, mergesSlashes: boolean): string | undefined {
  const raw = /^[^?#]*/.exec(asked)?.[0] ?? ''
  if (!raw.startsWith('/') || /%(?![\dA-Fa-f]{2})|%00/.test(raw)) return undefined
  const escaped = Buffer.from(raw.replace(/%([\dA-Fa-f]{2})|[^%]+/g, byteOf), 'latin1').toString('utf8')
  const [, ...given] = (mergesSlashes ? escaped.replace(/\/{2,}/g, '/') : escaped).split('/')
  const parts: string[] = []
  for (const [at, part] of given.entries()) {
    const isLast = at === given.length - 1
    if (part === '..' && parts.pop() === undefined) return undefined
    if (part !== '.' && part !== '..') parts.push(part)
    else if (isLast) parts.push('')
  }
  return `/${parts.join('/')}`
}

const byteOf = (all: string, hex: string | undefined) =>
  hex === undefined ? Buffer.from(all, 'utf8').toString('latin1') : String.fromCharCode(Number.parseInt(hex, 16))
