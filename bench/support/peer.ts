import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { startEndingWithUs } from '../../src/engine/index.ts'

/** What autocannon says about itself. */
export interface PeerResult {
  requests: { total: number; sent: number; average: number }
  latency: { p50: number; p90: number; p99: number; max: number }
  errors: number
  timeouts: number
  '2xx': number
}

/** Runs autocannon's own command as a user would, in a process of its own. `args` as on its command line. */
export async function autocannonCommand(url: string, args: string[]): Promise<PeerResult> {
  const command = createRequire(import.meta.url).resolve('autocannon/autocannon.js')
  return JSON.parse(await run(process.execPath, [command, '--json', '--no-progress', ...args, url])) as PeerResult
}

/** Runs a program to its end, or to ours, and gives its standard output; throws when it fails. */
export async function run(program: string, args: string[], withinMs = 60_000): Promise<string> {
  const { stdout, stderr, closed, end } = startEndingWithUs(program, args)
  const timer = setTimeout(end, withinMs)
  const [out, err, code] = await Promise.all([text(stdout), text(stderr), closed])
  clearTimeout(timer)
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${err.slice(-500)}`)
  return out
}
