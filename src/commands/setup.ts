import { Command } from 'commander'
import { exitCodes } from '../kit/errors.ts'
import type { CommandIo } from './io.ts'

/** `badgateway setup`: what docker/setup does, which is what `npm start` and `npm test` begin with. */
export function setupCommand(io: CommandIo): Command {
  return new Command('setup')
    .description('make this machine ready: a Docker engine that answers, and the images')
    .action(async () => {
      const { join } = await import('node:path')
      const { dockerFolder } = await import('../kit/home.ts')
      const { startEndingWithUs } = await import('../engine/index.ts')
      const { stdout, stderr, closed, end } = startEndingWithUs(join(dockerFolder(), 'setup'), [], { ...io.env })
      stdout.setEncoding('utf8').on('data', io.out)
      stderr.setEncoding('utf8').on('data', io.err)
      const forget = io.onInterrupt(end)
      try {
        io.setExit((await closed) ?? exitCodes.environment)
      } finally {
        forget()
      }
    })
}
