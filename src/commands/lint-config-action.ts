import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { durationMs } from '../kit/duration.ts'
import { BadgatewayError, exitCodes, reasonOf } from '../kit/errors.ts'
import { inert, inertJson } from '../kit/inert.ts'
import { count } from '../reporters/words/figures.ts'
import { lint, tellFinding } from '../stack/lint/lint.ts'
import type { CommandIo } from './io.ts'

const sizeLimit = 4 * 1024 * 1024
/** Where Nginx looks: includes that name it mean the folder that is linted. */
const homeOfNginx = '/etc/nginx'

export interface LintFlags {
  backendKeepAlive?: string
  json?: boolean
}

/** 0: no trap, 1: at least one. */
export async function lintConfigAction(path: string, flags: LintFlags, io: CommandIo): Promise<number> {
  const place = resolve(io.cwd, path)
  const found = await stat(place).catch(() => undefined)
  if (!found) throw new BadgatewayError('USAGE', `${place}: no such file or folder`, 'Name nginx.conf or its folder.')
  const main = found.isDirectory() ? join(place, 'nginx.conf') : place
  const folder = dirname(main)
  const files = await filesBelow(folder)
  const keepAliveMs = keepAliveOf(flags.backendKeepAlive)
  const known = keepAliveMs === undefined ? {} : { backendKeepAliveS: keepAliveMs / 1_000 }
  const findings = lint(`${homeOfNginx}/${relative(folder, main)}`, files, known).map((one) => {
    return { ...one, file: one.file.replace(`${homeOfNginx}/`, '') }
  })
  const traps = findings.filter(({ level }) => level === 'trap').length
  if (flags.json) io.out(`${inertJson(findings, 2)}\n`)
  else {
    for (const one of findings) io.out(`${one.level === 'note' ? 'note ' : 'TRAP '} ${inert(tellFinding(one))}\n`)
    io.out(`${files.size} files, ${count(traps)} traps, ${findings.length - traps} notes\n`)
  }
  return traps > 0 ? exitCodes.fail : exitCodes.pass
}

/** Every file below, as Nginx would name it. */
async function filesBelow(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const name of await readdir(folder, { recursive: true })) {
    const file = join(folder, name)
    const { isFile, size } = await stat(file).then(
      (one) => ({ isFile: one.isFile(), size: one.size }),
      () => ({ isFile: false, size: 0 }),
    )
    if (!isFile || size > sizeLimit) continue
    const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
      throw new BadgatewayError('USAGE', `${file} cannot be read: ${reasonOf(thrown)}`, 'Check who may read it.')
    })
    files.set(`${homeOfNginx}/${name.replaceAll('\\', '/')}`, text)
  }
  return files
}

function keepAliveOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = durationMs(text)
  if (ms !== undefined) return ms
  throw new BadgatewayError('DURATION_INVALID', `--backend-keep-alive: '${text}' is no duration`, 'Write e.g. 5s.')
}
