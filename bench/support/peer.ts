import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'

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

/** Runs a program to its end and gives its standard output; throws when it fails. */
export function run(program: string, args: string[], withinMs = 60_000): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: withinMs })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => (out += chunk))
    child.stderr.on('data', (chunk) => (err += chunk))
    child.on('error', fail)
    child.on('close', (code) => {
      if (code === 0) done(out)
      else fail(new Error(`${program} ended with ${code}: ${err.slice(-500)}`))
    })
  })
}
