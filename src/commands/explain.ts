import { resolve } from 'node:path'
import { Command } from 'commander'
import { explained, planned, plansOn, readStranger, readWritten, scenarioOn, storyWords } from '../check/index.ts'
import { exitCodes } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import { heedTraps, trapWords } from '../kit/outlook.ts'
import { askedOf, type CheckFlags, choosing, fileOf } from './check/flags.ts'
import type { CommandIo } from './io.ts'

/** `badgateway explain [FOLDER]`: what `check`, or `run` of a scenario, would do, in words; nothing is started. */
export function explainCommand(io: CommandIo): Command {
  return choosing(
    new Command('explain').argument(
      '[folder]',
      'folder of badgateway.yaml, that file, or a scenario that names one',
      '.',
    ),
  ).action(async (folder: string, flags: CheckFlags) => {
    const { wanted } = askedOf(flags)
    const signal = new AbortController().signal
    const written = await readWritten(resolve(io.cwd, folder))
    if (written) {
      const own = await readStranger({ file: written.project, env: io.env, signal })
      for (const note of own.own?.notes ?? []) io.err(`${inert(note)}\n`)
      io.out(storyWords(plansOn(scenarioOn(written, own), own, {})))
      io.setExit(exitCodes.pass)
      return
    }
    const stranger = await readStranger({ file: fileOf(folder, io), env: io.env, signal })
    const plan = planned(stranger, wanted)
    const say = (text: string) => io.err(`${inert(text)}\n`)
    heedTraps(
      plan.traps.map((one) => trapWords(stranger.file, one)),
      { strict: flags.strict, say },
    )
    for (const note of plan.notes) io.err(`${inert(note)}\n`)
    io.out(explained(plan))
    io.setExit(exitCodes.pass)
  })
}
