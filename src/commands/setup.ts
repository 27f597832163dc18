import { join } from 'node:path'
import { Command } from 'commander'
import { startEndingWithUs } from '../engine/index.ts'
import { exitCodes } from '../kit/errors.ts'
import { dockerFolder } from '../kit/home.ts'
import type { CommandIo } from './io.ts'

/** `badgateway setup`: what docker/setup does, which is what `npm start` and `npm test` begin with. */
export function setupCommand(io: CommandIo): Command {
  return new Command('setup').action(async () => {
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
