import { Command } from 'commander'
import type { CommandIo } from './io.ts'

/** `badgateway setup`: what docker/setup does, which is what `npm start` and `npm test` begin with. */
export function setupCommand(io: CommandIo): Command {
  return new Command('setup')
    .description('make this machine ready: a Docker engine that answers, and the images')
    .action(async () => {
      const { spawn } = await import('node:child_process')
      const { once } = (await import('node:events')).default
      const { join } = await import('node:path')
      const { dockerFolder } = await import('../stack/docker-folder.ts')
      const child = spawn(join(dockerFolder(), 'setup'), [], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...io.env } })
      child.stdout.setEncoding('utf8').on('data', io.out)
      child.stderr.setEncoding('utf8').on('data', io.err)
      const forget = io.onInterrupt(() => child.kill('SIGTERM'))
      try {
        const [code] = (await once(child, 'close')) as [number | null]
        io.setExit(code ?? 3)
      } finally {
        forget()
      }
    })
}
