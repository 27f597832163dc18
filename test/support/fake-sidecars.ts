import type { Undo } from '../../src/kit/undo.ts'
import type { ReachAnswer } from '../../src/protocol/agent-types.ts'
import { interposerProgram, interposerReportFile } from '../../src/protocol/interposer.ts'
import type { Sidecar } from '../../src/stack/types.ts'
import { FakeInterposers } from './fake-interposers.ts'

/** A server as far as a packet filter and a look past it go. */
interface Filtered {
  readonly name: string
  filter: string | null
  reach(port: number, hidden?: string | null): string
}

/** Containers beside fake servers and the proxy: they understand what ours are asked. */
export class FakeSidecars {
  readonly interposers = new FakeInterposers()
  readonly #servers: ReadonlyMap<string, Filtered>
  readonly #besides = new Map<string, string>()
  /** What the proxy's own filter does with what it sends to an address. */
  readonly #atProxy = new Map<string, string>()
  /** What is answered for a name, by who asks: an address, or that there is none. */
  readonly #names = new Map<string, { host: string; address: string }>()
  /** Whose tmpfs is full. */
  readonly #full = new Set<string>()
  /** What is in a chain that no hook leads to yet, by service. */
  readonly #chains = new Map<string, { whom: string; how: string }[]>()

  constructor(servers: ReadonlyMap<string, Filtered>) {
    this.#servers = servers
  }

  start(name: string): Sidecar {
    const containerId = Buffer.from(`beside#${this.#besides.size}`).toString('hex').padEnd(12, '0')
    this.#besides.set(containerId, name)
    return {
      containerId,
      exec: async (argv) => ({ code: 0, output: await this.#run(name, argv) }),
      remove: () => Promise.resolve(void this.#besides.delete(containerId)),
    }
  }

  /** False: it is none of theirs. */
  undo(undo: Undo): boolean {
    const name = 'container' in undo ? this.#besides.get(undo.container) : undefined
    if (name === undefined) return false
    if (undo.verb === 'flush-firewall') this.#empty(name)
    if (undo.verb === 'flush-firewall') this.#names.delete(name)
    if (undo.verb === 'write-files') this.#full.delete(name)
    return true
  }

  #run(name: string, argv: readonly string[]): Promise<string> | string {
    const [program, wish = ''] = argv
    if (program === interposerProgram) return this.interposers.start(name, wish)
    if (argv.includes(interposerReportFile)) return this.interposers.report(name)
    const [, , script = '', , host = '', address = ''] = argv
    if (script.startsWith('node -e')) this.#names.set(name, { host, address })
    if (script.startsWith('head -c')) this.#full.add(name)
    if (program === 'bash') return ''
    if (argv.includes('nat') && argv.includes('-S')) return '-p udp -j DNAT --to-destination 127.0.0.11:40000'
    if (argv.includes('nat')) return this.interposers.rules(name)
    return this.#rule(name, argv)
  }

  /** What a program is told that runs among the processes of a service; undefined: it is none of those. */
  askedAmong(name: string, [program, ...rest]: readonly string[]): { code: number; output: string } | undefined {
    const told = (output: string, code = 0) => ({ code, output })
    const [, , host = ''] = rest
    const misled = this.#names.get(name)
    if (program === 'node') return told(misled?.host === host ? misled.address || 'ENOTFOUND' : '10.0.0.7')
    if (program === 'stat') return told(`4096 16384 ${this.#full.has(name) ? 0 : 16_384}`)
    if (program === 'bash') return told('', this.#full.has(name) ? 1 : 0)
    const isMounts = program === 'cat' && rest[0] === '/proc/1/mountinfo'
    return isMounts ? told('1 0 0:1 / / rw - overlay x rw\n2 1 0:2 / /dev/shm rw - tmpfs x rw') : undefined
  }

  #rule(name: string, argv: readonly string[]): string {
    const [, , verb] = argv
    if (verb === '-A') {
      const kind = argv.includes('DROP') ? 'drop' : 'reject'
      const how = argv.includes('--syn') ? `${kind}-new` : kind
      const rule = { whom: argv[argv.indexOf('-d') + 1] ?? '', how }
      this.#chains.set(name, [...(this.#chains.get(name) ?? []), rule])
    }
    if (verb === '-I') {
      const server = this.#servers.get(name)
      for (const { whom, how } of this.#chains.get(name) ?? []) {
        if (server) server.filter = how
        else this.#atProxy.set(whom, how)
      }
      this.#chains.delete(name)
    }
    if (verb === '-S') return this.#listed(name)
    if (verb === '-F') this.#empty(name)
    return verb === '-nvx' ? '   3   180 DROP  tcp' : ''
  }

  #empty(name: string): void {
    this.interposers.end(name)
    const server = this.#servers.get(name)
    if (server) server.filter = null
    else this.#atProxy.clear()
  }

  #listed(name: string): string {
    const server = this.#servers.get(name)
    const all = server ? [server.filter] : [...this.#atProxy.values()]
    return all
      .filter((how) => how !== null)
      .map((how) => `-A INPUT -p tcp -j ${how.toUpperCase()}\n`)
      .join('')
  }

  /** A connection that the proxy opens. */
  reach(host: string, port: number): ReachAnswer {
    const server = this.#servers.get(host.replace('address-of-', ''))
    const because = server?.reach(port, this.#atProxy.get(host) ?? server.filter) ?? 'ENOTFOUND'
    return { reachable: because === 'connected', ms: 1, because }
  }
}
