import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
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
/** So often it is looked which connections wait for no answer. */
const mostLooks = 20
const lookEveryMs = 20
/** Whoever has sent nothing for so long is not in the middle of an answer. */
const quietMs = 20

/**
 * Brings what arrives at the server's port from outside to another port, by the kernel's NAT. Connections that are open
 * are none of that: they are cut once, so that whoever had them comes anew. What is local, the server's own and ours to
 * it, is never touched.
 */
export function natDetour(server: Place, run: Run): Detour {
  const { port } = server
  const iptables = (...argv: readonly string[]) => run(['iptables', '-w', ...argv])
  const take = async (table: string, hook: string) => {
    await iptables('-t', table, '-D', hook, '-j', ownChain)
    await iptables('-t', table, '-F', ownChain)
    await iptables('-t', table, '-X', ownChain)
  }
  return {
    begin: async (to, mayCut) => {
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
      if (hooked.code === 0) return (await mayCut()) ? await cutOpen(server, run) : 0
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

/**
 * By the kernel itself, which tells both ends; where it cannot, the next packet of each is answered with a reset. First
 * those on which nothing is asked: a request that is cut off is a failure of its server to a proxy, which then asks
 * none of them, and users would meet that in place of the fault.
 */
async function cutOpen(server: Place, run: Run): Promise<number> {
  let cut = await cutQuiet(server, run)
  for (let turn = 0; turn < mostCuts; turn += 1) {
    const left = await run(['ss', '-Htn', ...openAt(server)])
    const found = linesOf(left.output).length
    if (left.code === 0 && found === 0) return cut
    if (left.code !== 0) break
    await run(['ss', '-KHtn', ...openAt(server)])
    cut += found
  }
  const rule = ['-p', 'tcp', '--dport', `${server.port}`, '!', '-i', 'lo', '-j', 'REJECT', '--reject-with', 'tcp-reset']
  for (const argv of [
    ['-N', ownChain],
    ['-A', ownChain, ...rule],
    ['-I', 'INPUT', '-j', ownChain],
  ]) {
    await run(['iptables', '-w', ...argv])
  }
  return cut
}

/** Cuts each as soon as it is quiet, for a while; gives how many. */
async function cutQuiet(server: Place, run: Run): Promise<number> {
  const cut = new Set<number>()
  for (let look = 0; look < mostLooks; look += 1) {
    const { code, output } = await run(['ss', '-HtniO', ...openAt(server)])
    const lines = linesOf(output)
    if (code !== 0 || lines.length === 0) break
    const quiet = lines.flatMap(quietPort)
    const uncut = quiet.filter((port) => cut.delete(port))
    if (uncut.length > 0) break
    if (quiet.length > 0) await run(['ss', '-KHtn', ...openAt(server, quiet)])
    else await sleep(lookEveryMs)
    for (const port of quiet) cut.add(port)
  }
  return cut.size
}

/** The client's port of a connection on which all is answered; nothing where it is not, or the kernel does not say. */
function quietPort(line: string): number[] {
  const port = /^\S+\s+\d+\s+\d+\s+\S+\s+\S+:(\d+)\s/.exec(line)?.[1]
  const told = (name: string) => Number(new RegExp(`\\s${name}:(\\d+)`).exec(line)?.[1] ?? 0)
  const isAnswered = told('bytes_received') === 0 || (told('bytes_sent') > 0 && told('lastsnd') <= told('lastrcv'))
  return port !== undefined && isAnswered && told('lastsnd') >= quietMs ? [Number(port)] : []
}

interface Place {
  readonly host: string
  readonly port: number
}

/** What is open at the server's port from outside; of these ports, or of any. */
function openAt({ host, port }: Place, from: readonly number[] = []): string[] {
  const ports = from.length > 0 ? ` and ( ${from.map((one) => `dport = :${one}`).join(' or ')} )` : ''
  const where = `( sport = :${port} and not dst 127.0.0.0/8 and not dst ${host}${ports} )`
  return ['state', 'connected', 'exclude', 'time-wait', where]
}

const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '')
