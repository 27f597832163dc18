/** What a health check asks. */
export interface HealthAsked {
  readonly path: string
  readonly because: string
}

const host = '(?:localhost|127\\.0\\.0\\.1|0\\.0\\.0\\.0|\\[::1?\\]|\\$\\{?HOSTNAME\\}?|[a-z0-9][a-z0-9.-]{0,62})'
const portPart = '(?::(\\d{1,5}|\\$\\$?\\{?\\w{1,60}(?::?-(\\d{1,5}))?\\}?))?'
const pathPart = '(/[^\\s"\'`|;&<>)\\\\]{0,500})?'
const withScheme = new RegExp(`\\b(https?)://(?:[^\\s/@"']{1,200}@)?${host}${portPart}${pathPart}`, 'i')
/** `curl -f localhost:3000/health`. */
const bare = new RegExp(`(?<=\\s|"|'|^)(?:localhost|127\\.0\\.0\\.1)${portPart}${pathPart}`, 'i')
const objectPath = /\bpath\s*:\s*["'`](\/[^"'`\s]{0,500})["'`]/

/**
 * The path that a health check asks at this port: URLs of curl, wget, Node, Python and others, in `CMD` or in
 * `CMD-SHELL`. Undefined: it asks nothing by HTTP, or at another port.
 */
export function healthAsked(test: readonly string[] | undefined, port: number | undefined): HealthAsked | undefined {
  if (!test || test[0] === 'NONE' || test.length === 0) return undefined
  const text = (test[0] === 'CMD' || test[0] === 'CMD-SHELL' ? test.slice(1) : test).join(' ')
  const because = `its health check asks for it: ${text}`
  const found = asked(text)
  if (!found) return undefined
  const { at, path } = found
  if (port !== undefined && at !== undefined && at !== port) return undefined
  const plain = path.replace(/#.*$/, '')
  // What a shell fills in is not known.
  return /^\/[\x21-\x7e]*$/.test(plain) && !/[${}]/.test(plain) ? { path: plain, because } : undefined
}

function asked(text: string): { at: number | undefined; path: string } | undefined {
  const [, scheme, port, fallback, path] = withScheme.exec(text) ?? []
  if (scheme !== undefined) {
    const usual = scheme.toLowerCase() === 'https' ? 443 : 80
    return { at: port === undefined ? usual : numberOf(port, fallback), path: path ?? '/' }
  }
  const inObject = objectPath.exec(text)?.[1]
  if (inObject !== undefined) {
    const [, said] = /\bport\s*:\s*["']?(\d{1,5})/.exec(text) ?? []
    return { at: numberOf(said), path: inObject }
  }
  if (!/\b(curl|wget|http|httpie|fetch|xh)\b/i.test(text)) return undefined
  const [whole, at, orElse, after] = bare.exec(text) ?? []
  return whole === undefined ? undefined : { at: at === undefined ? 80 : numberOf(at, orElse), path: after ?? '/' }
}

/** A variable stands for the port that is meant. */
function numberOf(port: string | undefined, fallback?: string): number | undefined {
  const digits = fallback ?? port ?? ''
  return /^\d+$/.test(digits) ? Number(digits) : undefined
}
