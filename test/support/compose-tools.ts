import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, glob, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type ComposeTool, findCompose } from '../../src/compose/index.ts'

const run = promisify(execFile)

/** Which Debian has which Compose: the one in Python and the one in Go. */
const suites = { 1: 'bookworm', 2: 'trixie' } as const
export type ComposeMajor = keyof typeof suites
export const composeMajors = [1, 2] as const

const kept = join(import.meta.dirname, '../../node_modules/.cache/badgateway-tests')

/** A Compose, and the variables with which it, and no other, is found. */
export interface TriedCompose {
  tool: ComposeTool
  env: NodeJS.ProcessEnv
}

const made = new Map<ComposeMajor, Promise<TriedCompose>>()

/**
 * Debian's Compose of this major version, whatever this machine has: its packages, with all that they stand on down to
 * the C library, unpacked in a folder of the tests. Nothing is installed and nobody need be root; it is done once.
 */
export function composeOf(major: ComposeMajor): Promise<TriedCompose> {
  const known = made.get(major) ?? prepare(major)
  made.set(major, known)
  return known
}

async function prepare(major: ComposeMajor): Promise<TriedCompose> {
  const folder = join(kept, `compose-${suites[major]}`)
  if (!existsSync(folder)) await make(major, folder)
  // `docker compose` may be another one here.
  const env = { ...process.env, PATH: `${folder}/bin:${process.env['PATH']}` }
  return { tool: await findCompose(env), env }
}

async function make(major: ComposeMajor, folder: string): Promise<void> {
  await mkdir(kept, { recursive: true })
  const unfinished = await mkdtemp(`${folder}.`)
  try {
    await unpack(suites[major], unfinished)
    const bin = join(unfinished, 'bin')
    await mkdir(bin)
    await program(join(bin, 'docker-compose'), wrapper[major])
    await program(join(bin, 'docker'), withoutPlugin)
    await chmod(unfinished, 0o755)
    // Another worker may have made it meanwhile, which is as good.
    await rename(unfinished, folder).catch((thrown: unknown) => {
      if (!existsSync(folder)) throw thrown
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

async function unpack(suite: string, folder: string): Promise<void> {
  const apt = join(folder, 'apt')
  for (const name of ['state/lists/partial', 'cache/archives/partial'])
    await mkdir(join(apt, name), { recursive: true })
  const signed = '[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
  await writeFile(join(apt, 'sources.list'), `deb ${signed} http://deb.debian.org/debian ${suite} main\n`)
  const options = {
    'Dir::State': join(apt, 'state'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(apt, 'cache'),
    'Dir::Etc::sourcelist': join(apt, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
  }
  const first = ['-q', ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])]
  await run('apt-get', [...first, 'update'])
  await run('apt-get', [...first, '-y', '--no-install-recommends', '--download-only', 'install', 'docker-compose'])
  for await (const archive of glob(join(apt, 'cache/archives/*.deb'))) {
    await run('dpkg-deb', ['-x', archive, join(folder, 'root')])
  }
  await rm(apt, { recursive: true })
}

async function program(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o755 })
}

/** With the loader and the libraries that it was built for, and no others. */
const beginning = `#!/bin/sh
root=$(dirname "$(dirname "$(readlink -f "$0")")")/root
for loader in "$root"/lib64/ld-linux*.so.* "$root"/usr/lib64/ld-linux*.so.* "$root"/lib/ld-linux*.so.*; do
  [ -e "$loader" ] && break
done
libraries=$(echo "$root"/lib/*-linux-gnu "$root"/usr/lib/*-linux-gnu | tr ' ' ':')
`
const wrapper = {
  1: `${beginning}export PYTHONHOME="$root/usr"
export PYTHONPATH="$root/usr/lib/python3/dist-packages"
exec "$loader" --library-path "$libraries" "$root/usr/bin/python3.11" "$root/usr/bin/docker-compose" "$@"
`,
  2: `${beginning}exec "$loader" --library-path "$libraries" "$root/usr/libexec/docker/cli-plugins/docker-compose" "$@"
`,
}

/** The machine's own, without a Compose. */
const withoutPlugin = `#!/bin/sh
[ "$1" = compose ] && exit 1
PATH=\${PATH#*:} exec docker "$@"
`
