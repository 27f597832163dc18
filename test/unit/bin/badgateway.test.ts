import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** Makes the Node that reads it believe that it is an old one; what that one starts is not touched. */
const oldNode = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.20.2"}})'

/** Tells what it got and what it hears; ends with 7, 0.05 s after SIGTERM. */
const program = `
const told: string[] = process.argv.slice(2)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {
  console.log(signal)
  if (signal === 'SIGTERM') setTimeout(() => process.exit(7), 50)
})
console.log('ready', process.pid, process.env.BADGATEWAY_LAUNCHER ?? 'unmarked', ...told)
if (told[0] === 'end') process.exitCode = 5
else if (told[0] === 'die') process.kill(process.pid, 'SIGKILL')
else setTimeout(() => {}, 4_000)
`

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'launcher-'))
  for (const folder of ['bin', 'src', 'node_modules/node/bin']) await mkdir(join(root, folder), { recursive: true })
  await copyFile(join(import.meta.dirname, '../../../bin/badgateway.js'), join(root, 'bin/badgateway.js'))
  await writeFile(join(root, 'package.json'), '{"type":"module"}')
  await writeFile(join(root, 'src/cli.ts'), program)
  await symlink(process.execPath, join(root, 'node_modules/node/bin/node'))
})
afterAll(() => rm(root, { recursive: true }))

interface Launched {
  child: ChildProcess
  /** A line of its output; undefined once no process is left that could write one. */
  next: () => Promise<string | undefined>
  ended: Promise<unknown[]>
}

function launch(argv: string[], old = true): Launched {
  const node = old ? ['--import', oldNode] : []
  const child = spawn(process.execPath, [...node, join(root, 'bin/badgateway.js'), ...argv])
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return { child, next: async () => (await lines.next()).value, ended: once(child, 'close') }
}

describe('on an old Node', () => {
  it('hands the words over and mirrors the exit code', async () => {
    const { next, ended } = launch(['end', 'two words', '--flag'])
    expect(await next()).toMatch(/^ready \d+ unmarked end two words --flag$/)
    expect(await ended).toEqual([5, null])
  })

  it('dies as the other one died', async () => {
    expect(await launch(['die']).ended).toEqual([null, 'SIGKILL'])
  })

  it('passes each signal on once', async () => {
    const { child, next, ended } = launch(['wait'])
    await next()
    child.kill('SIGINT')
    expect(await next()).toBe('SIGINT')
    child.kill('SIGTERM')
    expect(await next()).toBe('SIGTERM')
    expect(await ended).toEqual([7, null])
  })

  it('leaves nothing running when it is killed', async () => {
    const { child, next, ended } = launch(['wait'])
    await next()
    child.kill('SIGKILL')
    expect(await next()).toBe('SIGTERM')
    expect(await next()).toBeUndefined()
    expect(await ended).toEqual([null, 'SIGKILL'])
  })

  it('without a toolchain says what is needed', async () => {
    await rm(join(root, 'node_modules/node/bin/node'))
    const { child, ended } = launch(['end'])
    let said = ''
    child.stderr?.on('data', (text) => {
      said += text
    })
    expect(await ended).toEqual([3, null])
    expect(said).toBe('badgateway: this is Node 20.20.2, and 22.22 or newer is needed.\n')
    await symlink(process.execPath, join(root, 'node_modules/node/bin/node'))
  })
})

it('on a new Node there is no process between', async () => {
  const { child, next, ended } = launch(['end'], false)
  expect(await next()).toBe(`ready ${child.pid} unmarked end`)
  expect(await ended).toEqual([5, null])
})
