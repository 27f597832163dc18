import { execFile } from 'node:child_process'
import { ownChain } from '../../../src/protocol/index.ts'
import { type Detour, Unsupported } from './interposer.ts'

/** Runs a program (argv), gives it this to read, and waits for its end. Code −1: it is not there. */
export type Run = (argv: readonly [string, ...string[]], input?: string) => Promise<{ code: number; output: string }>

const runLimitMs = 5_000

export const runHere: Run = ([program, ...argv], input = '') =>
  new Promise((resolve) => {
    const child = execFile(program, argv, { timeout: runLimitMs }, (failed, stdout, stderr) => {
      const code = failed ? (typeof failed.code === 'number' ? failed.code : -1) : 0
      resolve({ code, output: `${stdout}${stderr}` })
    })
    child.stdin?.on('error', () => undefined).end(input)
  })

/** A busy kernel may take a connection while the first look is on. */
const mostCuts = 3

/**
 * Brings what arrives at the server's port from outside to another port, by the kernel's NAT. Connections that are open
 * are none of that: they are cut once, so that whoever had them comes anew. What is local, the server's own and ours to
 * it, is never touched.
 */
export function natDetour({ host, port }: { host: string; port: number }, run: Run): Detour {
  const iptables = (...argv: readonly string[]) => run(['iptables', '-w', ...argv])
  const take = async (table: string, hook: string) => {
    await iptables('-t', table, '-D', hook, '-j', ownChain)
    await iptables('-t', table, '-F', ownChain)
    await iptables('-t', table, '-X', ownChain)
  }
  return {
    begin: async (to) => {
      if ((await iptables('-t', 'nat', '-n', '-L', ownChain)).code === 0) {
        throw new Error('another interposer stands there already')
      }
      // No packet comes to a chain that no hook leads to: this is the probe.
      const chain = restore('nat', to, ['-p', 'tcp', '--dport', `${port}`, '!', '-i', 'lo', '-j', 'REDIRECT'])
      const made = await run(['iptables-restore', '-n', '-w'], chain)
      if (made.code !== 0) {
        await iptables('-t', 'nat', '-X', ownChain)
        throw new Unsupported(`this kernel redirects no port: ${made.output.trim()}`)
      }
      const hooked = await iptables('-t', 'nat', '-I', 'PREROUTING', '-j', ownChain)
      if (hooked.code === 0) return await cutOpen({ host, port }, run)
      await take('nat', 'PREROUTING')
      throw new Unsupported(`this kernel has no hook before routing: ${hooked.output.trim()}`)
    },
    end: async () => {
      await take('nat', 'PREROUTING')
      await take('filter', 'INPUT')
    },
  }
}

const restore = (table: string, to: number, rule: readonly string[]) =>
  `*${table}\n:${ownChain} - [0:0]\n-A ${ownChain} ${rule.join(' ')} --to-ports ${to}\nCOMMIT\n`

/** By the kernel itself, which tells both ends; where it cannot, the next packet of each is answered with a reset. */
async function cutOpen({ host, port }: { host: string; port: number }, run: Run): Promise<number> {
  const open = ['state', 'connected', 'exclude', 'time-wait', `( sport = :${port} and not dst 127.0.0.0/8`]
  const which = [...open.slice(0, -1), `${open.at(-1)} and not dst ${host} )`]
  let cut = 0
  for (let turn = 0; turn < mostCuts; turn += 1) {
    const left = await run(['ss', '-Htn', ...which])
    const found = linesOf(left.output)
    if (left.code === 0 && found === 0) return cut
    if (left.code !== 0) break
    await run(['ss', '-KHtn', ...which])
    cut += found
  }
  const rule = ['-p', 'tcp', '--dport', `${port}`, '!', '-i', 'lo', '-j', 'REJECT', '--reject-with', 'tcp-reset']
  for (const argv of [
    ['-N', ownChain],
    ['-A', ownChain, ...rule],
    ['-I', 'INPUT', '-j', ownChain],
  ]) {
    await run(['iptables', '-w', ...argv])
  }
  return cut
}

const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '').length
