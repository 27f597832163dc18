#!/usr/bin/env node
// Plain JavaScript that an old Node understands too: it finds a Node that runs badgateway, and hands over.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as module from 'node:module'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const self = fileURLToPath(import.meta.url)
const root = dirname(dirname(self))
const toolchain = join(root, 'node_modules', 'node', 'bin', 'node')
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 22)) await here()
else if (existsSync(toolchain)) handOver()
else {
  process.stderr.write(`badgateway: this is Node ${process.versions.node}, and 22.22 or newer is needed.\n`)
  process.exitCode = 3
}

/** Sources in the repository; built files in the published package, where Node strips no types. */
async function here() {
  if (process.env.BADGATEWAY_LAUNCHER) followLauncher()
  module.enableCompileCache()
  const sources = join(root, 'src', 'cli.ts')
  const published = self.includes(`${sep}node_modules${sep}`) || !existsSync(sources)
  await import(pathToFileURL(published ? join(root, 'dist', 'src', 'cli.js') : sources).href)
}

/**
 * Node 20 cannot replace itself by another program, so this process stays between. The other one gets a session of its
 * own: a Ctrl-C then reaches it once, from here, and not a second time from the terminal.
 */
function handOver() {
  const child = spawn(toolchain, [self, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, BADGATEWAY_LAUNCHER: String(process.pid) },
    detached: true,
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGWINCH']) {
    process.on(signal, () => child.kill(signal))
  }
  child.once('error', (error) => {
    process.stderr.write(`badgateway: ${toolchain} does not start: ${error.message}\n`)
    process.exit(3)
  })
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

/** The launcher was killed and forwards nothing any more: end in order; if that takes too long, let the guard do it. */
function followLauncher() {
  delete process.env.BADGATEWAY_LAUNCHER
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 5_000).unref()
  })
  process.channel?.unref()
}
