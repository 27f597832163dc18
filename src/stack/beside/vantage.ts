import { z } from 'zod'
import { BadgatewayError } from '../../kit/errors.ts'
import type { ReachAnswer } from '../../protocol/index.ts'
import type { Exec } from '../exec.ts'
import { type HttpProbed, httpProbe } from './http-probe.ts'
import { listenedIn, listensIn, type PacketCounts, packetsIn, type Routes, routesIn } from './proc-net.ts'

/** What can be seen and done from beside a service, as if from in its container. */
export interface Vantage {
  /** Of the agent's image. Files of the service lie below `/proc/1/root`. */
  readonly exec: Exec
  /** Does a program there listen on the port? By its kernel, past every packet filter. */
  listens(port: number): Promise<boolean>
  /** Every port that programs there listen on for others, the lowest first. */
  ports(): Promise<number[]>
  /** One connection from there, ended at once. */
  reach(target: { host: string; port: number; timeoutMs: number }): Promise<ReachAnswer>
  /** One HTTP request from there, as somebody who is logged in would try it. */
  httpProbe(target: { host: string; port: number; path: string }): Promise<HttpProbed>
  /** What the kernel has counted for its network. */
  packets(): Promise<PacketCounts>
  routes(): Promise<Routes>
  /** Of a file of the service, `/var/log/nginx/access.log`. */
  lastLines(file: string, count: number): Promise<string[]>
  /** Of the container's first process. */
  environment(): Promise<ReadonlyMap<string, string>>
  /** Kills what the first process has started; it itself stays. */
  killProgram(): Promise<void>
}

export function vantageOf(exec: Exec): Vantage {
  const read = async (...files: string[]) => {
    const { code, output } = await exec(['grep', '-s', '-h', '', ...files])
    if (output !== '') return output
    // None of them is ever empty: a program that was ended has seen nothing, and not that nothing is there.
    const hint = 'Is its container still running? Its log is in the folder of the run.'
    throw new BadgatewayError('ENGINE_CALL_FAILED', `Nothing was read of ${files.join(', ')}: exit code ${code}`, hint)
  }
  return {
    exec,
    listens: async (port) => listensIn(await read('/proc/net/tcp', '/proc/net/tcp6'), port),
    ports: async () => listenedIn(await read('/proc/net/tcp', '/proc/net/tcp6')),
    reach: async ({ host, port, timeoutMs }) => {
      const { output } = await exec(['node', '-e', connecting, host, String(port), String(timeoutMs)])
      return reached.parse(JSON.parse(output))
    },
    httpProbe: (target) => httpProbe(exec, target),
    packets: async () => packetsIn(await read('/proc/net/dev', '/proc/net/snmp', '/proc/net/netstat')),
    routes: async () => routesIn(await read('/proc/net/route', '/proc/net/arp')),
    lastLines: async (file, count) => {
      const { output } = await exec(['tail', '-n', String(count), `/proc/1/root${file}`])
      return output.split('\n')
    },
    environment: async () => variablesIn((await exec(['cat', '/proc/1/environ'])).output),
    killProgram: async () => void (await exec(['bash', '-c', 'kill -KILL $(cat /proc/1/task/1/children)'])),
  }
}

/** Where to and how long are arguments, never part of the program. */
const connecting = `const [host, port, ms] = process.argv.slice(1)
const begun = performance.now()
const tell = (because) => {
  console.log(JSON.stringify({ reachable: because === 'connected', ms: performance.now() - begun, because }))
  process.exit()
}
require('node:net').connect({ host, port }).on('connect', () => tell('connected')).on('error', ({ code }) => tell(code))
setTimeout(() => tell('ETIMEDOUT'), Number(ms))`

const reached = z.object({ reachable: z.boolean(), ms: z.number(), because: z.string() })

/** `NAME=value` with a NUL behind each. */
function variablesIn(output: string): Map<string, string> {
  const lines = output.split('\0').filter((line) => line.includes('='))
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}
