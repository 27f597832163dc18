import { Command } from 'commander'
import { shellCommand } from '../kit/shell.ts'
import { askedOf, type CheckFlags, choosing, fileOf, tellingCi } from './check/flags.ts'
import { interrupted, pendingOf } from './check/pending.ts'
import { turned } from './check/turns.ts'
import { sideNames, withEither } from './check/what-if.ts'
import type { CommandIo } from './io.ts'

interface WhatIfFlags extends CheckFlags {
  project: string
  images?: boolean
  at?: string
}

/** `badgateway what-if OLD NEW`: plays the modes on both, in turn, and tells only what differs. */
export function whatIfCommand(io: CommandIo): Command {
  const command = new Command('what-if')
    .argument('<old>', "a file of the proxy's configuration, or an image with --images")
    .argument('<new>', 'the one that may take its place')
    .option('--project <folder>', 'folder of badgateway.yaml, or that file', '.')
    .option('--images', 'these are images of the proxy, not files')
    .option('--at <path>', 'where the file is inside the proxy (default: its main file)')
  return tellingCi(choosing(command))
    .option('--timeouts-at-most <duration>', "shorten the proxy's timeouts to this, on our copy")
    .option('--repeats <number>', 'play a cell again, so often, when it is inconclusive (default: once)')
    .option('--engine-host <host>', 'allow this engine although it is not on this machine')
    .option('--out <folder>', 'where checks are kept', 'runs')
    .option('--quiet', 'print what differs only')
    .option('--json', 'print one JSON object at the end, and nothing else')
    .action(async (older: string, newer: string, flags: WhatIfFlags) => {
      io.setExit(await whatIf([older, newer], flags, io))
    })
}

async function whatIf(both: readonly [string, string], flags: WhatIfFlags, io: CommandIo): Promise<number> {
  const asked = askedOf(flags)
  const abort = new AbortController()
  const ended = io.onInterrupt((times) => interrupted(times, abort, io, pendingOf().told))
  const { signal } = abort
  const reading = { file: fileOf(flags.project, io), cwd: io.cwd, env: io.env, signal }
  const by = flags.images ? 'images' : 'files'
  const command = shellCommand(['npx', 'badgateway', 'what-if', ...both, '--project', flags.project])
  try {
    return await withEither({ by, both, at: flags.at }, reading, (sides) => {
      return turned({ names: sideNames(both), sides, asked, flags, io, signal, command })
    })
  } finally {
    ended()
  }
}
