import { Command } from 'commander'
import { expect } from 'vitest'
import type { CommandIo } from '../../../src/commands/io.ts'
import { asBadgatewayError } from '../../../src/kit/errors.ts'
import { inertLines } from '../../../src/kit/inert.ts'

/** A command as it is typed: everything it says, and what the process would exit with. */
export async function typed(make: (io: CommandIo) => Command, argv: readonly string[]) {
  let said = ''
  let code = -1
  const hear = (more: string) => {
    said += more
  }
  const io: CommandIo = {
    out: hear,
    err: hear,
    setExit: (exit) => {
      code = exit
    },
    isTty: false,
    columns: 100,
    color: false,
    env: {},
    setEnv: () => undefined,
    cwd: '/',
    onInterrupt: () => () => undefined,
    exitNow: () => expect.unreachable(),
  }
  const program = new Command().exitOverride().addCommand(make(io).exitOverride())
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (thrown) {
    const error = asBadgatewayError(thrown)
    hear(`${inertLines(`${error.message}\n${error.hint}`)}\n`)
    code = error.exitCode
  }
  return { said, code }
}
