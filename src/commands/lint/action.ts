import { realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { BadgatewayError, exitCodes, reasonOf } from '../../kit/errors.ts'
import { count, counted } from '../../kit/figures.ts'
import { inert, inertJson } from '../../kit/inert.ts'
import {
  dumpOf,
  explained,
  type Files,
  filesOf,
  type Given,
  inspect,
  type LintFinding,
  lintDocs,
  refusedFinding,
  sarifOf,
  tellFinding,
} from '../../nginx/index.ts'
import type { CommandIo } from '../io.ts'
import { fromContainer } from './container.ts'
import { folderFiles, homeOfNginx, readText, sizeLimits } from './files.ts'
import { type LintFlags, lintPlan } from './flags.ts'

/** As much of the terminal as linting needs. */
type LintIo = Pick<CommandIo, 'cwd' | 'out' | 'input' | 'env'>

/** A configuration to lint, and how many of its files are not the user's. */
interface Linted extends Given {
  readonly made: number
}

/** What names a container instead of a path. */
const containerMark = 'docker:'

/** 0: no trap, 1: at least one, 2: none was found, and a file that is there could not be read. */
export async function lintConfigAction(path: string | undefined, flags: LintFlags, io: LintIo): Promise<number> {
  const { known, asked, explain } = lintPlan(path, flags)
  if (flags.rules) io.out(lintDocs())
  for (const name of explain) io.out(explained(name))
  if (path === undefined || flags.rules || explain.length > 0) return exitCodes.pass
  const name = path.startsWith(containerMark) ? path.slice(containerMark.length) : undefined
  const found = name === undefined ? undefined : await fromContainer(name, io, flags.engineHost)
  if (found && 'refused' in found) return tell([refusedFinding(found.refused)], { files: 0, ignored: 0 }, flags, io)
  const given = found ? { ...found, made: 0 } : await fromPathOrInput(path, flags, io)
  const version = known.version ?? found?.version
  const report = inspect(given, version === undefined ? known : { ...known, version }, asked)
  const code = tell(report.findings, { ...report, files: report.files - given.made, version }, flags, io)
  return code === exitCodes.pass && report.closed > 0 ? exitCodes.inconclusive : code
}

interface Counts {
  readonly files: number
  readonly ignored: number
  readonly closed?: number
  readonly version?: string | undefined
}

function tell(all: readonly LintFinding[], counts: Counts, flags: LintFlags, io: LintIo): number {
  const findings = all.map((one) => {
    return { ...one, file: one.file.replace(`${homeOfNginx}/`, ''), says: one.says.replaceAll(`${homeOfNginx}/`, '') }
  })
  const countOf = (wanted: LintFinding['level']) => findings.filter(({ level }) => level === wanted).length
  const [traps, hints] = [countOf('trap'), countOf('hint')]
  if (flags.json) io.out(`${inertJson(findings, 2)}\n`)
  else if (flags.sarif) io.out(`${inertJson(sarifOf(findings), 2)}\n`)
  else {
    for (const one of findings) {
      const mark = one.level === 'trap' ? 'TRAP' : one.level
      io.out(`${inert(`${mark}  ${tellFinding(one)}`)}\n`)
    }
    const { files, ignored, closed = 0, version } = counts
    const parts = [
      counted(files, 'file'),
      counted(traps, 'trap'),
      counted(countOf('note'), 'note'),
      ...(hints > 0 ? [counted(hints, 'hint')] : []),
      ...(ignored > 0 ? [`${count(ignored)} ignored`] : []),
      ...(closed > 0 ? [`${counted(closed, 'place')} not read`] : []),
      ...(version === undefined ? [] : [`for Nginx ${version}`]),
    ]
    io.out(`${inert(parts.join(', '))}\n`)
  }
  return traps > 0 ? exitCodes.fail : exitCodes.pass
}

const fromPathOrInput = async (path: string, flags: LintFlags, io: LintIo): Promise<Linted> =>
  path === '-' ? await fromInput(io) : fromPath(resolve(io.cwd, path), flags)

function fromPath(place: string, { prefix }: LintFlags): Linted {
  const { folder, name } = placeOf(place)
  const files = folderFiles(folder)
  const aliases = [...(prefix === undefined ? [] : [resolve('/', prefix)]), folder]
  if (name === null) return withoutMain(place, files, aliases)
  const main = `${homeOfNginx}/${name}`
  const reading = files.read(main)
  if (reading && 'text' in reading) {
    const dump = dumpOf(reading.text)
    return dump ? { main: dump.main, files: filesOf(dump.files), made: 0 } : { main, files, aliases, made: 0 }
  }
  throw new BadgatewayError('USAGE', `${place} ${reading?.because ?? 'is not there'}`, 'Name nginx.conf or its folder.')
}

/** The folder that is linted, and the main file in it; null: it has no nginx.conf. */
function placeOf(place: string): { folder: string; name: string | null } {
  try {
    const real = realpathSync(place)
    if (!statSync(real).isDirectory()) return { folder: dirname(real), name: basename(real) }
    return { folder: real, name: readText(`${real}/nginx.conf`, sizeLimits.file) ? 'nginx.conf' : null }
  } catch (thrown) {
    const isMissing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'
    const why = isMissing ? 'no such file or folder' : reasonOf(thrown)
    throw new BadgatewayError('USAGE', `${place}: ${why}`, 'Name nginx.conf or its folder.')
  }
}

/** A folder such as `conf.d` or `sites-enabled`: what a main file would include of it. */
function withoutMain(place: string, files: Files, aliases: readonly string[]): Linted {
  const names = files.list(homeOfNginx)
  const shown = Array.isArray(names) ? names.filter((name: string) => !name.startsWith('.')) : []
  const isSites = /^sites-|^conf\.d$/.test(basename(place))
  const pattern = shown.some((name: string) => name.endsWith('.conf')) ? '*.conf' : isSites ? '*' : undefined
  if (pattern === undefined) {
    const below = shown.find((name: string) => /^(sites-|conf\.d$)/.test(name))
    const hint = below === undefined ? 'Name the main file, or the folder it is in.' : `Name ${join(place, below)}.`
    throw new BadgatewayError('USAGE', `${place} has no nginx.conf`, hint)
  }
  const main = `${homeOfNginx}/.all`
  const read: Files['read'] = (path) => (path === main ? { text: `include ${pattern};` } : files.read(path))
  return { main, files: { ...files, read }, aliases, made: 1 }
}

async function fromInput(io: LintIo): Promise<Linted> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of io.input?.() ?? []) {
    chunks.push(chunk)
    length += chunk.length
    if (length > sizeLimits.all) {
      const hint = 'Name the file or its folder.'
      throw new BadgatewayError('USAGE', `the input is longer than ${sizeLimits.all} bytes`, hint)
    }
  }
  const text = Buffer.concat(chunks).toString('utf8')
  if (text.trim() === '') {
    throw new BadgatewayError('USAGE', 'nothing was piped in', 'Does the command before it print a configuration?')
  }
  const dump = dumpOf(text)
  if (dump) return { main: dump.main, files: filesOf(dump.files), made: 0 }
  const main = `${homeOfNginx}/(input)`
  return { main, files: filesOf(new Map([[main, text]])), made: 0 }
}
