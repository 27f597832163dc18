import { dirname, join, relative, resolve } from 'node:path'
import { BadgatewayError } from '../../kit/errors.ts'
import { isThere } from '../../kit/files.ts'
import { projectFileName } from '../../project/index.ts'
import type { CommandIo } from '../io.ts'
import { Mistakes } from '../mistakes.ts'

export interface InitFlags {
  file: string[]
  profile: string[]
  outside?: boolean
  proxy?: string
  fromAccessLog?: string
  fromOpenapi?: string
  out?: string
  force?: boolean
  dryRun?: boolean
  types?: boolean
  engineHost?: string
  attach?: string
  yes?: boolean
}

/** Where things lie, all absolute but `files`. */
export interface Places {
  readonly folder: string
  readonly out: string
  /** Compose files, relative to the folder; none: Compose looks itself. */
  readonly files: readonly string[]
  /** The same as badgateway.yaml names them. */
  readonly named: readonly string[]
}

/** USAGE with all mistakes, before anything is looked at. */
export function placesOf(given: string, flags: InitFlags, io: Pick<CommandIo, 'cwd'>): Places {
  const folder = resolve(io.cwd, given)
  const out = flags.out === undefined ? join(folder, projectFileName) : resolve(io.cwd, flags.out)
  const mistakes = new Mistakes()
  const refuse = (message: string, hint: string) => mistakes.add(new BadgatewayError('USAGE', message, hint))
  if (!isThere(folder)) refuse(`${folder}: no such folder`, 'Name the folder of a Compose project.')
  for (const file of flags.file) {
    if (!isThere(resolve(folder, file))) refuse(`--file ${file}: no such file in ${folder}`, 'Check the path.')
  }
  for (const [flag, file] of [
    ['--from-access-log', flags.fromAccessLog],
    ['--from-openapi', flags.fromOpenapi],
  ]) {
    if (file !== undefined && file !== '-' && !isThere(resolve(io.cwd, file))) {
      refuse(`${flag} ${file}: no such file`, 'Check the path.')
    }
  }
  if (flags.fromAccessLog !== undefined && flags.fromOpenapi !== undefined) {
    refuse('--from-access-log and --from-openapi both say what users ask for', 'Leave out one of them.')
  }
  if (isThere(out) && !flags.force && !flags.dryRun) {
    refuse(`${out} is there already`, 'Write over it with --force, or print with --dry-run.')
  }
  mistakes.refuse('Nothing was started.')
  const found = flags.file.length > 0 ? flags.file : usualFiles(folder)
  return { folder, out, files: flags.file, named: found.map((file) => relative(dirname(out), resolve(folder, file))) }
}

/** The files that Compose takes when none is named. */
function usualFiles(folder: string): string[] {
  const bases = ['compose', 'docker-compose']
  for (const base of bases) {
    const [file] = ['yaml', 'yml'].map((end) => `${base}.${end}`).filter((name) => isThere(join(folder, name)))
    if (file === undefined) continue
    const over = ['yaml', 'yml'].map((end) => `${base}.override.${end}`).filter((name) => isThere(join(folder, name)))
    return [file, ...over.slice(0, 1)]
  }
  return ['compose.yaml']
}
