import { Command } from 'commander'
import { expect, test } from 'vitest'
import type { CommandIo } from '../../../src/commands/io.ts'
import { runCommand } from '../../../src/commands/run.ts'
import { runbookCommand } from '../../../src/commands/runbook.ts'

test.each([
  [['run', 'incidents', '--variant', 'with-mesures'], "Did you mean 'with-measures'?"],
  [['run', 'misconfigured-upstream', '--image', 'prxy=nginx:1.30'], "Did you mean 'proxy'?"],
  [['run', 'misconfigured-upstrem'], "Did you mean 'misconfigured-upstream'?"],
  [['runbook', 'backend-port-close'], "Did you mean 'backend-port-closed'?"],
])('%j is told what was probably meant', async (argv, words) => {
  const io = { env: {}, cwd: '/', columns: 80, color: false, isTty: false, onInterrupt: () => () => undefined }
  const whole = { ...io, out: () => undefined, err: () => undefined } as unknown as CommandIo
  const program = new Command().exitOverride().addCommand(runCommand(whole)).addCommand(runbookCommand(whole))
  const refused = expect.objectContaining({ exitCode: 64, hint: expect.stringContaining(words) })
  await expect(program.parseAsync(argv, { from: 'user' })).rejects.toThrow(refused)
})
