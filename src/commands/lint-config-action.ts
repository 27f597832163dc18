import { realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { durationMs } from '../kit/duration.ts'
import { BadgatewayError, exitCodes, reasonOf } from '../kit/errors.ts'
import { inert, inertJson } from '../kit/inert.ts'
import {
  dumpOf,
  type Files,
  filesOf,
  type Given,
  inspect,
  type Known,
  lintDocs,
  sarifOf,
  tellFinding,
} from '../nginx/index.ts'
import { count } from '../reporters/index.ts'
import type { CommandIo } from './io.ts'
import { folderFiles, homeOfNginx, readText, sizeLimits } from './lint-files.ts'

/** As much of the terminal as linting needs. */
type LintIo = Pick<CommandIo, 'cwd' | 'out' | 'input'>

export interface LintFlags {
  backendKeepAlive?: string
  /** Prints the rules instead. */
  rules?: boolean
  json?: boolean
  sarif?: boolean
  /** Where the folder lies on the machine that the configuration was made for. */
  prefix?: string
  /** `1.30`: the Nginx that reads it. */
  nginx?: string
}

/** A configuration to lint, and how many of its files are not the user's. */
interface Linted extends Given {
  readonly made: number
}

/** 0: no trap, 1: at least one, 2: none was found, and a file that is there could not be read. */
export async function lintConfigAction(path: string | undefined, flags: LintFlags, io: LintIo): Promise<number> {
  if (flags.rules) {
    io.out(lintDocs())
    return exitCodes.pass
  }
  if (path === undefined)
    throw new BadgatewayError('USAGE', 'no configuration is named', 'Name nginx.conf or its folder.')
  const known = knownFrom(flags)
  const given = path === '-' ? await fromInput(io) : fromPath(resolve(io.cwd, path), flags)
  const report = inspect(given, known)
  const findings = report.findings.map((one) => {
    return { ...one, file: one.file.replace(`${homeOfNginx}/`, ''), says: one.says.replaceAll(`${homeOfNginx}/`, '') }
  })
  const traps = findings.filter(({ level }) => level === 'trap').length
  if (flags.json) io.out(`${inertJson(findings, 2)}\n`)
  else if (flags.sarif) io.out(`${inertJson(sarifOf(findings), 2)}\n`)
  else {
    for (const one of findings) io.out(`${one.level === 'note' ? 'note ' : 'TRAP '} ${inert(tellFinding(one))}\n`)
    const files = report.files - given.made
    const closed = report.closed > 0 ? `, ${count(report.closed)} places not read` : ''
    const ignored = report.ignored > 0 ? `, ${count(report.ignored)} ignored` : ''
    const notes = `${count(findings.length - traps)} notes${ignored}`
    io.out(`${inert(`${count(files)} files, ${count(traps)} traps, ${notes}${closed}`)}\n`)
  }
  if (traps > 0) return exitCodes.fail
  return report.closed > 0 ? exitCodes.inconclusive : exitCodes.pass
}

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

function knownFrom({ backendKeepAlive, nginx }: LintFlags): Known {
  if (nginx !== undefined && !/^\d+\.\d+(\.\d+)?$/.test(nginx)) {
    throw new BadgatewayError('USAGE', `--nginx: '${nginx}' is no version`, 'Write e.g. 1.30 or 1.26.3.')
  }
  const keepAliveMs = keepAliveOf(backendKeepAlive)
  return {
    ...(keepAliveMs === undefined ? {} : { backendKeepAliveS: keepAliveMs / 1_000 }),
    ...(nginx === undefined ? {} : { version: nginx }),
  }
}

function keepAliveOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = durationMs(text)
  if (ms !== undefined) return ms
  throw new BadgatewayError('DURATION_INVALID', `--backend-keep-alive: '${text}' is no duration`, 'Write e.g. 5s.')
}
