import { effectiveConfiguration, type ProxyService, type Service, type Stack } from '../../stack/index.ts'

const askLimitMs = 5_000

/** One thing that a cache holds, as its file says it. */
export interface CacheEntry {
  file: string
  /** Path and query of the request. */
  url: string
}

/** Where this proxy keeps what it has cached; undefined when it has no cache. */
export async function cacheFolder(proxy: Parameters<typeof effectiveConfiguration>[0]): Promise<string | undefined> {
  const output = await effectiveConfiguration(proxy)
  return /^\s*proxy_cache_path\s+["']?([^\s"';]+)/m.exec(output ?? '')?.[1]
}

/** The files of a service as the programs beside it see them. */
const root = '/proc/1/root'

/** Everything that lies in the folder, by the line that Nginx begins each file's text with. */
export async function cacheEntries(
  stack: Pick<Stack, 'inside'>,
  proxy: Service,
  folder: string,
): Promise<CacheEntry[]> {
  const inside = stack.inside(proxy.name)
  const { output } = await inside.exec(['grep', '-r', '-a', '-H', '-m', '1', '^KEY: ', `${root}${folder}`])
  return output.split('\n').flatMap((line) => {
    const [, file, key] = /^(.+?):KEY: (.+)$/.exec(line) ?? []
    return file && key ? [{ file: file.replace(root, ''), url: urlOfKey(key) }] : []
  })
}

/** The path in a cache key, whatever stands before it: `GET/a`, `httpapi/a`, `https://shop/a` are all `/a`. */
export function urlOfKey(key: string): string {
  return key.replace(/^[^/]*:\/\/[^/]*/, '').replace(/^[^/]+/, '')
}

// The path that the proxy logs of a request is without its query.
const loggedPaths = 's/.*"method":"GET","path":"\\([^"]*\\)".*"cache":"[A-Z][A-Z]*".*/\\1/p'

/** Paths that the cache was asked for, by the access log: an error of Nginx's own is kept in memory and in no file. */
export async function cachedPaths({ description, inside }: Stack, proxy: Service): Promise<string[]> {
  const { logged } = description.can
  if (!logged) return []
  const script = 'sed -n "$1" "$2" | sort -u'
  const { output } = await inside(proxy.name).exec(['sh', '-c', script, 'paths', loggedPaths, `${root}${logged.file}`])
  return output.split('\n').filter((line) => line.startsWith('/'))
}

/** Removes files of the cache; false when not all could be. `all`: whatever lies in that folder. */
export async function removeCached(
  stack: Pick<Stack, 'inside'>,
  proxy: Service,
  what: { all: string } | { files: readonly string[] },
): Promise<boolean> {
  const argv =
    'all' in what
      ? ['find', `${root}${what.all}`, '-type', 'f', '-delete']
      : ['rm', '-f', '--', ...what.files.map((file) => `${root}${file}`)]
  return (await stack.inside(proxy.name).exec(argv)).code === 0
}

/** What the site answers, and what the cache had to do with it: HIT, MISS, EXPIRED, STALE …; empty: nothing. */
export interface CachedAnswer {
  status: number
  cache: string
  /** When a server gave it, by its own date; null when it does not say. */
  dateMs: number | null
  body: string
}

/** Asks the site for a page, or the port that fetches it anew. Status 0: no answer. */
export async function askProxy(proxy: ProxyService, path: string, port: number = proxy.port): Promise<CachedAnswer> {
  const { status, headers, body } = await proxy.ask(path, { port, timeoutMs: askLimitMs })
  if (status === null) return { status: 0, cache: '', dateMs: null, body: '' }
  const dateMs = Date.parse(headers['date'] ?? '')
  return { status, cache: headers['x-cache-status'] ?? '', dateMs: Number.isNaN(dateMs) ? null : dateMs, body }
}

/** An answer that no server gave just now, and that no user can use. */
export const isStoredError = ({ status, cache }: CachedAnswer) => cache === 'HIT' && status >= 500
