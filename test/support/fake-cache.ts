import { ports } from '../../src/protocol/ports.ts'
import type { Service } from '../../src/stack/types.ts'
import type { FakeStack } from './fake-stack.ts'

interface Kept {
  status: number
  body: string
  dateMs: number
}

export const cacheFolder = '/tmp/shop-cache'

/** A proxy's cache as Nginx keeps it: good pages in files, errors of its own in memory, until a restart. */
export class FakeCache {
  readonly files = new Map<string, Kept>()
  readonly memory = new Map<string, Kept>()
  /** What the server answers; null: nothing, so that Nginx makes a 502. */
  server: ((path: string) => string) | null = (path) => `now ${path}`
  /** When a server says that it answered; absent: now. */
  dateMs: number | undefined
  /** Files that nobody can remove. */
  stubborn = false
  /** Is there a port at which pages are fetched anew? */
  refreshes = true
  /** So often an error comes back that was being answered in the moment of the fetch, as in Nginx. */
  putBack = 0
  readonly asked = new Set<string>()

  answer(path: string): { status: number; headers: Record<string, string>; body: string; ms: number } {
    this.asked.add(path)
    const kept = this.memory.get(path) ?? this.files.get(path)
    const given = kept ?? this.fetch(path)
    const cache = kept ? 'HIT' : 'MISS'
    const date = new Date(given.dateMs).toUTCString()
    return { status: given.status, headers: { 'x-cache-status': cache, date }, body: given.body, ms: 1 }
  }

  /** Asks the server past the cache, and keeps that. */
  fetch(path: string): Kept {
    const body = this.server?.(path)
    const dateMs = this.dateMs ?? Date.now()
    const fresh = { status: body === undefined ? 502 : 200, body: body ?? '502 Bad Gateway', dateMs }
    this.memory.delete(path)
    const where = body === undefined ? this.memory : this.files
    where.set(path, fresh)
    return fresh
  }

  refresh(path: string): Kept {
    const error = this.memory.get(path)
    const fresh = this.fetch(path)
    if (error && this.putBack > 0) {
      this.putBack -= 1
      this.memory.set(path, error)
    }
    return fresh
  }

  /** `cafe` stands for the hash that a file is called by. */
  listed(): string {
    return [...this.files.keys()].map((path) => `/proc/1/root${cacheFolder}/cafe${path}:KEY: GET${path}`).join('\n')
  }
}

/** Puts a cache into the proxy of a fake stack, in front of its first API server. */
export function putCache(stack: FakeStack, cache: FakeCache): FakeCache {
  const proxy: Service = stack.service('proxy')
  const { restart } = proxy
  proxy.exec = ([program, ...args]) => {
    if (program === 'nginx') return said(`  proxy_cache_path ${cacheFolder} levels=1:2 keys_zone=pages:1m;`)
    if (program === 'grep') return said(cache.listed())
    if (program === 'sh') return said([...cache.asked].sort().join('\n'))
    if (program === 'find' && !cache.stubborn) cache.files.clear()
    if (program === 'rm') {
      for (const path of [...cache.files.keys()]) {
        if (args.includes(`/proc/1/root${cacheFolder}/cafe${path}`)) cache.files.delete(path)
      }
    }
    return said('')
  }
  proxy.restart = async () => {
    cache.memory.clear()
    await restart()
  }
  stack.agent.forward = ({ host, port, path }) => {
    if (host === 'proxy' && port === ports.site) return Promise.resolve(cache.answer(path))
    if (host === 'proxy' && port === stack.description.can.cache?.refresh && cache.refreshes) {
      const { status, body } = cache.refresh(path)
      return Promise.resolve({ status, headers: { 'x-cache-status': 'BYPASS' }, body, ms: 1 })
    }
    const body = host === 'proxy' ? undefined : cache.server?.(path)
    if (body === undefined) return Promise.reject(new Error('no answer'))
    return Promise.resolve({ status: 200, headers: {}, body, ms: 1 })
  }
  return cache
}

const said = (output: string) => Promise.resolve({ code: 0, output })
