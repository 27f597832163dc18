/** What one user keeps; beyond it the oldest goes. A browser keeps as many of a site. */
const mostCookies = 50
const mostBytes = 4_096

interface Kept {
  pair: string
  path: string
  secure: boolean
  /** Epoch ms. */
  untilMs: number
}

/** The cookies of every user, as a browser keeps them. Source: RFC 6265, for one host; the domain is not looked at. */
export class Cookies {
  private readonly users = new Map<string, Map<string, Kept>>()

  /** `set-cookie` values of an answer to a request for `path`. `user` tells users and targets apart. */
  keep(user: string, path: string, values: readonly string[], nowMs: number): void {
    for (const value of values) {
      const cookie = value.length <= mostBytes ? read(value, nowMs) : undefined
      if (!cookie) continue
      const jar = this.users.get(user) ?? new Map<string, Kept>()
      this.users.set(user, jar)
      const where = cookie.path.startsWith('/') ? cookie.path : folderOf(path)
      const key = `${cookie.name} ${where}`
      jar.delete(key)
      if (cookie.untilMs <= nowMs) continue
      jar.set(key, { ...cookie, path: where })
      const [oldest] = jar.keys()
      if (jar.size > mostCookies && oldest !== undefined) jar.delete(oldest)
    }
  }

  /** The value of `cookie` for a request; empty when there is none. */
  of(user: string, path: string, secure: boolean, nowMs: number): string {
    const jar = this.users.get(user)
    if (!jar) return ''
    const [asked = ''] = path.split('?')
    return [...jar.values()]
      .filter((one) => one.untilMs > nowMs && (secure || !one.secure) && within(asked, one.path))
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ pair }) => pair)
      .join('; ')
  }
}

/** One `set-cookie`; undefined when it has no name. */
function read(value: string, nowMs: number): (Kept & { name: string }) | undefined {
  const [pair = '', ...attributes] = value.split(';').map((part) => part.trim())
  const name = pair.slice(0, Math.max(0, pair.indexOf('='))).trim()
  const cookie = { name, pair, path: '', secure: false, untilMs: Number.POSITIVE_INFINITY }
  let maxAge: number | undefined
  for (const attribute of attributes) {
    const [key = '', ...rest] = attribute.split('=')
    const text = rest.join('=').trim()
    const lower = key.trim().toLowerCase()
    if (lower === 'path') cookie.path = text
    else if (lower === 'secure') cookie.secure = true
    else if (lower === 'max-age' && /^-?\d+$/.test(text)) maxAge = Number(text)
    else if (lower === 'expires' && !Number.isNaN(Date.parse(text))) cookie.untilMs = Date.parse(text)
  }
  // What is counted from now comes before what is a date: RFC 6265, 4.1.2.2.
  if (maxAge !== undefined) cookie.untilMs = nowMs + maxAge * 1_000
  return name === '' ? undefined : cookie
}

function folderOf(path: string): string {
  const [asked = ''] = path.split('?')
  return asked.slice(0, Math.max(1, asked.lastIndexOf('/')))
}

function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}
