/** How a path that somebody asked for becomes one that may be written down. */
export const templateRule = `A number becomes 1, a date 2026-01-01; a UUID, a hash, a token in which letters and digits
mix, an address of mail, what is escaped by %, and whatever stands behind users, accounts and the like becomes x. Of a
query the names stay, and the values become 1 or x; what is called like a secret goes. Where more than 20 different
words stand in one place of a path, they become x. A path that was asked for fewer than 3 times is left out.`

const number = '1'
const other = 'x'
const day = '2026-01-01'

/** Behind these stands somebody. */
const people = new Set(
  (
    '@ ~ u user users usr people person member members customer customers client clients account ' +
    'accounts profile profiles author authors by patient patients employee employees student ' +
    'students contact contacts invite invites invitation reset reset-password verify confirm ' +
    'unsubscribe activate session sessions token tokens share s upload uploads avatar avatars ' +
    'photo photos attachment attachments files document documents'
  ).split(' '),
)
/** What is called so behind `users` is no name. */
const common =
  /^(me|self|new|login|logout|list|search|index|all|count|export|register|signup|sign-in|sign-up|settings)$/i
const ending = /\.(?:js|mjs|css|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|mp4|webm|pdf|html?|php|json|xml|txt)$/i
const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i
const dated = /^\d{4}[-.]\d{2}([-.]\d{2})?$/
const word = /^[A-Za-z0-9._~-]{1,60}$/

/** A path with its query, made safe; undefined: it is no path. */
export function templateOf(target: string): string | undefined {
  const plain = target.replace(/^[a-z]{2,10}:\/\/[^/]{0,255}/i, '').replace(/#.*$/s, '')
  if (!/^\/[\x21-\x7e]*$/.test(plain)) return undefined
  const [path = '/', query] = [
    plain.split('?', 1)[0],
    plain.includes('?') ? plain.slice(plain.indexOf('?') + 1) : undefined,
  ]
  const parts = path.split('/')
  if (parts.length > 16) return undefined
  const safe = parts.map((part, at) => safePart(part, parts[at - 1] ?? ''))
  return `${safe.join('/')}${query === undefined ? '' : safeQuery(query)}`
}

function safePart(part: string, before: string): string {
  if (part === '') return part
  if (/^\d+$/.test(part)) return number
  if (dated.test(part)) return day
  const tail = ending.exec(part)?.[0] ?? ''
  if (people.has(before.toLowerCase()) && !common.test(part)) return other + tail
  const name = part.slice(0, part.length - tail.length)
  if (/^\d+$/.test(name)) return number + tail
  if (!word.test(part) || uuid.test(name)) return other + tail
  // Files of a build have hashes in their names, and are everybody's.
  const isAsset = /^\.(?:js|mjs|css|map|woff2?|ttf)$/i.test(tail)
  return !isAsset && name.split(/[._~-]/).some(isToken) ? other + tail : part
}

const isToken = (text: string) =>
  /^\d{5,}$/.test(text) || (text.length >= 12 && /\d/.test(text) && /[a-z]/i.test(text)) || text.length > 32

const secret = /pass|token|secret|key|sig|auth|session|jwt|code|otp|hash|email|mail|phone|name/i
const mostNames = 8

function safeQuery(query: string): string {
  const pairs = query.split('&').flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=')
    const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
    if (!/^[A-Za-z_][\w.[\]-]{0,30}$/.test(name) || name.split(/[._-]/).some(isToken) || secret.test(name)) return []
    return [[name, /^\d+$/.test(value) ? number : other]]
  })
  const named = [...new Map(pairs)].slice(0, mostNames).sort(([a], [b]) => (a < b ? -1 : 1))
  return named.length === 0 ? '' : `?${named.map(([name, value]) => `${name}=${value}`).join('&')}`
}

/** As many different words in one place are no part of the site, but somebody's or something's name. */
const mostWords = 20

/** Counts by `METHOD path`, with words that are too many in their place made one. */
export function collapsed(counts: ReadonlyMap<string, number>): Map<string, number> {
  let entries = [...counts].map(([key, count]) => ({ parts: key.split('/'), count }))
  const longest = Math.max(0, ...entries.map(({ parts }) => parts.length))
  for (let at = 1; at < longest; at += 1) {
    const words = new Map<string, Set<string>>()
    const placeOf = (parts: readonly string[]) => parts.slice(0, at).join('/')
    for (const { parts } of entries) {
      const part = parts[at]?.replace(/\?.*$/, '')
      if (part === undefined || part === '') continue
      const place = placeOf(parts)
      const known = words.get(place) ?? new Set()
      words.set(place, known.add(part))
    }
    entries = entries.map(({ parts, count }) => {
      const part = parts[at]
      if (!part || (words.get(placeOf(parts))?.size ?? 0) <= mostWords) return { parts, count }
      const [path = '', query] = part.split('?', 2)
      const tail = ending.exec(path)?.[0] ?? ''
      const safe = path === number || path === day ? path : other + tail
      return { parts: parts.with(at, safe + (query === undefined ? '' : `?${query}`)), count }
    })
  }
  const merged = new Map<string, number>()
  for (const { parts, count } of entries) {
    const key = parts.join('/')
    merged.set(key, (merged.get(key) ?? 0) + count)
  }
  return merged
}
