import { type Agent, type ForwardAnswer, ports } from '../../protocol/index.ts'
import { effectiveConfiguration, type Service } from '../../stack/index.ts'

/** Beside the site, and not published: what is asked there is fetched anew, and the cache keeps that instead. */
export const refreshPort = 8082
const askLimitMs = 5_000
const accessLog = '/var/log/shop/access.jsonl'

/** One thing that a cache holds, as its file says it. */
export interface CacheEntry {
  file: string
  /** Path and query of the request. */
  url: string
}

/** Where this proxy keeps what it has cached; undefined when it has no cache. */
export async function cacheFolder(proxy: Service): Promise<string | undefined> {
  const output = await effectiveConfiguration(proxy)
  return /^\s*proxy_cache_path\s+["']?([^\s"';]+)/m.exec(output ?? '')?.[1]
}

/** Everything that lies in the folder, by the line that Nginx begins each file's text with. */
export async function cacheEntries(proxy: Service, folder: string): Promise<CacheEntry[]> {
  const { output } = await proxy.exec(['grep', '-r', '-a', '-H', '-m', '1', '^KEY: ', folder])
  return output.split('\n').flatMap((line) => {
    const [, file, key] = /^(.+?):KEY: (.+)$/.exec(line) ?? []
    return file && key ? [{ file, url: urlOfKey(key) }] : []
  })
}

/** The path in a cache key, whatever stands before it: `GET/a`, `httpapi/a`, `https://shop/a` are all `/a`. */
export function urlOfKey(key: string): string {
  return key.replace(/^[^/]*:\/\/[^/]*/, '').replace(/^[^/]+/, '')
}

// The path that the proxy logs of a request is without its query.
const loggedPaths = 's/.*"method":"GET","path":"\\([^"]*\\)".*"cache":"[A-Z][A-Z]*".*/\\1/p'

/** Paths that the cache was asked for, by the access log: an error of Nginx's own is kept in memory and in no file. */
export async function cachedPaths(proxy: Service): Promise<string[]> {
  const script = 'sed -n "$1" "$2" | sort -u'
  const { output } = await proxy.exec(['sh', '-c', script, 'paths', loggedPaths, accessLog])
  return output.split('\n').filter((line) => line.startsWith('/'))
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
export async function askProxy(
  agent: Agent,
  proxy: Service,
  path: string,
  port: number = ports.site,
): Promise<CachedAnswer> {
  return await agent.forward({ host: proxy.name, port, path, timeoutMs: askLimitMs }).then(
    ({ status, headers, body }: ForwardAnswer) => {
      const dateMs = Date.parse(headers['date'] ?? '')
      return { status, cache: headers['x-cache-status'] ?? '', dateMs: Number.isNaN(dateMs) ? null : dateMs, body }
    },
    () => ({ status: 0, cache: '', dateMs: null, body: '' }),
  )
}

/** An answer that no server gave just now, and that no user can use. */
export const isStoredError = ({ status, cache }: CachedAnswer) => cache === 'HIT' && status >= 500
