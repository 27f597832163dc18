import { readFileSync } from 'node:fs'
import { writtenFiles } from '../../src/deploy/instruments.ts'
import { upstreamServers } from '../../src/deploy/release.ts'
import type { Clock } from '../../src/kit/clock.ts'
import type { FileContent } from '../../src/stack/types.ts'
import { quickClock } from './quick-clock.ts'
import { serverOf } from './sticky.ts'

const confFolder = new URL('../../docker/proxy/conf/', import.meta.url)
const confFiles = ['nginx.conf', 'conf.d/upstreams.conf', 'conf.d/site.conf', 'shared/keepalive.conf']

/** Requests a second, when nothing else is said. */
export const calmPerS = 50

/** What the shop's description has added to it. */
const instruments = { status: '8081', logs: ['/dev/stdout', '/var/log/shop/access.jsonl'] } as const

/** The configuration of the shop, as it is reviewed. */
export const reviewedFiles = (): FileContent[] =>
  confFiles.map((name) => ({ path: `/etc/nginx/${name}`, content: readFileSync(new URL(name, confFolder)) }))

export type Files = Map<string, Buffer>

interface FakeProxyParts {
  /** Put over the shop's. */
  files?: readonly FileContent[]
  /** What its workers say at first. */
  release?: string
  clock?: Pick<Clock, 'now'>
}

/** A proxy that keeps its files in memory and reads them when Nginx would: at start and on HUP, if they are valid. */
export class FakeProxy {
  readonly disk: Files = new Map()
  private running: Files = new Map()
  private pid = 10
  /** Set to make a reload keep the old configuration in silence, as Nginx does when a port cannot be bound. */
  deafToReload = false
  private readonly clock: Pick<Clock, 'now'>
  private knocks: { requests: number; perS: number; sinceMs: number }

  /** Puts the overlay `sticky` over the configuration, as if it had begun with it. */
  stick(): void {
    const path = 'conf.d/upstreams.conf'
    this.disk.set(`/etc/nginx/${path}`, readFileSync(new URL(`../overlays/sticky/${path}`, confFolder)))
    this.load()
  }

  /** Its counters count on this clock. */
  constructor({ files, release = 'good', clock = quickClock() }: FakeProxyParts = {}) {
    this.clock = clock
    this.knocks = { requests: 0, perS: calmPerS, sinceMs: clock.now() }
    const meant = new Map([...reviewedFiles(), ...(files ?? [])].map((file) => [file.path, file]))
    const layout = { config: '/etc/nginx/nginx.conf', instruments }
    const written = writtenFiles({ files: [...meant.values()], layout, hash: release })
    for (const { path, content } of written) if (content) this.disk.set(path, content)
    this.running = new Map(this.disk)
  }

  test(): string | undefined {
    for (const [path, content] of this.disk) {
      if (!path.startsWith('/etc/nginx/')) continue
      for (const [, included = ''] of content.toString().matchAll(/^\s*include\s+(\/etc\/nginx\/shared\/[^;*]+);/gm)) {
        if (!this.disk.has(included)) return `nginx: [emerg] open() "${included}" failed (2: No such file) in ${path}:6`
      }
      const text = content.toString().replaceAll(/#.*$/gm, '')
      const open = /^\s*(\w+_pass) [^;{}\n]*\n/m.exec(text)?.[1]
      if (open) return `nginx: [emerg] invalid number of arguments in "${open}" directive in ${path}:9`
      if (text.split('{').length !== text.split('}').length) return `nginx: [emerg] unexpected end of file in ${path}`
    }
    return undefined
  }

  load(): void {
    if (this.deafToReload || this.test()) return
    this.running = new Map(this.disk)
    this.pid += 2
  }

  workers(): string {
    return `${this.pid} ${this.pid + 1} `
  }

  hash(): string {
    return /map "" \$badgateway_release \{ default "([^"]+)"/.exec(this.text('nginx.conf'))?.[1] ?? ''
  }

  /** Status of a request, by where the running configuration sends it: a user to one server, if they stick. */
  status(path: string, user = ''): number {
    const group = path.startsWith('/api/') ? 'api' : 'web'
    const text = this.text('conf.d/upstreams.conf')
    const servers = upstreamServers({ files: [{ path: '/upstreams.conf', content: Buffer.from(text) }] }).filter(
      (one) => one.host.startsWith(group),
    )
    const weights = servers.map(({ host, port }) => {
      return Number(new RegExp(`${host}:${port}[^;]* weight=(\\d+)`).exec(text)?.[1] ?? 1)
    })
    if (this.text('conf.d/site.conf').includes(`https://${group}`)) return 502
    return this.asked(servers, weights, user).some((one) => one?.port === 8080) ? 200 : 502
  }

  /** Servers that a request may end at: its user's, the heaviest when nothing is asked twice, or any. */
  private asked<T>(servers: readonly T[], weights: readonly number[], user: string): (T | undefined)[] {
    const text = this.text('conf.d/upstreams.conf')
    if (/^\s*hash /m.test(text)) return [servers[serverOf(user, weights)]]
    if (!/^proxy_next_upstream off;/m.test(text)) return [...servers]
    return [servers[weights.indexOf(Math.max(...weights))]]
  }

  /** Begins without the lines of a server, as in a shop that has it not. */
  forget(server: string): void {
    const path = '/etc/nginx/conf.d/upstreams.conf'
    const lines = this.disk.get(path)?.toString().split('\n') ?? []
    this.disk.set(path, Buffer.from(lines.filter((line) => !line.includes(` ${server}:`)).join('\n')))
    this.load()
  }

  /** From now on so many requests a second come in. */
  knock(perS: number): void {
    this.knocks = { requests: this.knocked(), perS, sinceMs: this.clock.now() }
  }

  /** As Nginx tells its counters. */
  stubStatus(): string {
    const n = this.knocked()
    return `Active connections: 3 \nserver accepts handled requests\n ${n} ${n} ${n} \nReading: 0 Writing: 1 \n`
  }

  private knocked(): number {
    const { requests, perS, sinceMs } = this.knocks
    return Math.floor(requests + (perS * (this.clock.now() - sinceMs)) / 1_000)
  }

  private text(name: string): string {
    return this.running.get(`/etc/nginx/${name}`)?.toString() ?? ''
  }
}
