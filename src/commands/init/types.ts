import { basename, dirname, relative, resolve } from 'node:path'
import { planned, readStranger } from '../../check/index.ts'
import { exitCodes } from '../../kit/errors.ts'
import { writePlain } from '../../kit/files.ts'
import { inert, inertLines } from '../../kit/inert.ts'
import { projectFileName } from '../../project/index.ts'
import { declarationOf } from '../../suite/index.ts'
import type { CommandIo } from '../io.ts'
import type { InitFlags } from './flags.ts'

/** 0: badgateway.d.ts is written, or printed. Nothing is started. */
export async function writeTypes(folder: string, { dryRun, out }: InitFlags, io: CommandIo): Promise<number> {
  const file = resolve(io.cwd, folder, projectFileName)
  const stranger = await readStranger({ file, env: io.env, signal: new AbortController().signal })
  const cells = planned(stranger, {}).runs.map(({ cell }) => cell)
  const text = declarationOf(relative(io.cwd, file), cells)
  const place = out === undefined ? resolve(dirname(file), 'badgateway.d.ts') : resolve(io.cwd, out)
  if (dryRun) {
    io.out(inertLines(text))
    return exitCodes.pass
  }
  await writePlain(dirname(place), basename(place), text)
  io.out(`Written: ${inert(place)}\n`)
  return exitCodes.pass
}
