import { execFileSync } from 'node:child_process'
import { chmod, lstat, mkdir, readFile, readlink, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { composeDocument } from '../../../src/compose/document.ts'
import { copyMounts } from '../../../src/compose/mounts.ts'
import { writeTree } from '../../support/docker-folder.ts'
import { temporaryFolder } from '../../support/folder.ts'

type Binds = Record<string, string[]>

async function mounted(
  binds: Binds,
  more: { limits?: { bytes: number; entries: number }; volumes?: object; secrets?: object } = {},
) {
  const { limits, ...top } = more
  const services = Object.fromEntries(Object.entries(binds).map(([name, volumes]) => [name, { volumes }]))
  const said: string[] = []
  const folder = await temporaryFolder('copies')
  const say = (line: string) => void said.push(line)
  const document = composeDocument.parse({ services, ...top })
  const found = await copyMounts(document, { proxyServices: ['edge'], folder, say, ...(limits ? { limits } : {}) })
  return { ...found, said, folder }
}

async function theirs(
  files: Record<string, string> = { 'data/one': '1', 'data/deep/two': '22', 'conf/nginx.conf': 'x' },
) {
  const folder = await temporaryFolder('theirs')
  await writeTree(folder, files)
  return folder
}

test('what can be written to is a copy with its modes and links, which are not followed', async () => {
  const folder = await theirs()
  await chmod(join(folder, 'data/one'), 0o640)
  await symlink('/etc/hostname', join(folder, 'data/away'))
  const { at, copies, said } = await mounted({ api: [`${folder}/data:/data:rw`] })
  const copy = at(join(folder, 'data'))
  expect(copies).toEqual([{ service: 'api', target: '/data', path: copy, bytes: 3 }])
  expect(await readFile(join(copy, 'deep/two'), 'utf8')).toBe('22')
  expect((await lstat(join(copy, 'one'))).mode & 0o777).toBe(0o640)
  expect(await readlink(join(copy, 'away'))).toBe('/etc/hostname')
  expect(said).toEqual([`${folder}/data of api can be written to: a copy of ours is in its place (3 bytes)`])
})

test('who mounts a part of it, or the same, has it from the same copy, and nobody else one', async () => {
  const folder = await theirs()
  const { at, copies } = await mounted({
    api: [`${folder}/data:/data`],
    web: [`${folder}/data/deep:/deep:ro`, `${folder}/conf:/conf:ro`],
    other: [`${folder}/data:/too`],
  })
  expect(at(join(folder, 'data/deep'))).toBe(join(at(join(folder, 'data')), 'deep'))
  expect(at(join(folder, 'conf'))).toBe(join(folder, 'conf'))
  expect(at(`${folder}/data-of-others`)).toBe(`${folder}/data-of-others`)
  expect(new Set(copies.map(({ path }) => path)).size).toBe(1)
})

test('what the proxy has is a copy although it is read-only, a link that is mounted as what it leads to', async () => {
  const folder = await theirs()
  await symlink(join(folder, 'conf/nginx.conf'), join(folder, 'current'))
  const { at } = await mounted({
    edge: [`${folder}/current:/etc/nginx/nginx.conf:ro`],
    api: [`${folder}/data:/data:ro`],
  })
  expect((await lstat(at(join(folder, 'current')))).isFile()).toBe(true)
  expect(at(join(folder, 'data'))).toBe(join(folder, 'data'))
})

test('a named volume that is a folder of theirs is copied too', async () => {
  const folder = await theirs()
  const volumes = { kept: { driver_opts: { type: 'none', o: 'rbind,rw', device: `${folder}/data` } } }
  const { at } = await mounted({ api: ['kept:/data'] }, { volumes })
  expect(await readFile(join(at(join(folder, 'data')), 'one'), 'utf8')).toBe('1')
})

test('what is not there is an empty folder of ours, and theirs stays without it', async () => {
  const folder = await theirs()
  const { at, said } = await mounted({ api: [`${folder}/none:/none:ro`] })
  expect((await lstat(at(join(folder, 'none')))).isDirectory()).toBe(true)
  await expect(lstat(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
  expect(said).toEqual([`${folder}/none of api is not there: an empty folder of ours is in its place`])
})

test('a socket is used as it is, and the engine’s is told as what it is', async () => {
  const folder = await temporaryFolder('sockets')
  const server = createServer().listen(join(folder, 'docker.sock'))
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const { at, said } = await mounted({ watcher: [`${folder}/docker.sock:/var/run/docker.sock:ro`] })
  expect(at(`${folder}/docker.sock`)).toBe(`${folder}/docker.sock`)
  expect(said).toEqual([expect.stringContaining("docker.sock of watcher is the engine's own socket")])
})

test.each<[string, Binds, string]>([
  ['too many bytes', { api: ['data:/data'] }, 'can be written to, so it would have to be copied, yet it has more than'],
  [
    'the proxy’s configuration',
    { edge: ['data:/etc/nginx:ro'] },
    'may hold the configuration of the proxy, so it would',
  ],
])('what is too large is refused by its name: %s', async (_, binds, words) => {
  const folder = await theirs()
  const absolute = Object.fromEntries(
    Object.entries(binds).map(([name, all]) => [name, all.map((one) => join(folder, one))]),
  )
  await expect(mounted(absolute, { limits: { bytes: 2, entries: 10 } })).rejects.toMatchObject({
    code: 'COMPOSE_INVALID',
    message: expect.stringContaining(`The mount of ${folder}/data of ${Object.keys(binds)[0]} ${words}`),
  })
})

test('large data of the proxy that is read-only is used as it is, and told', async () => {
  const folder = await theirs()
  const { at, said } = await mounted(
    { edge: [`${folder}/data:/usr/share/nginx/html:ro`] },
    { limits: { bytes: 99, entries: 1 } },
  )
  expect(at(join(folder, 'data'))).toBe(join(folder, 'data'))
  expect(said).toEqual([
    `${folder}/data of edge is used as it is, read-only: it has more than 1 files, the most that are copied`,
  ])
})

test('special files are refused', async () => {
  const folder = await theirs()
  execFileSync('mkfifo', [join(folder, 'data/pipe')])
  await expect(mounted({ api: [`${folder}/data:/data`] })).rejects.toMatchObject({
    message: expect.stringContaining(`it holds ${folder}/data/pipe, which is a special file`),
  })
})

test('a secret whose file is not there is refused, and nothing is made in its place', async () => {
  const folder = await temporaryFolder('theirs')
  await mkdir(join(folder, 'data'))
  const secrets = { token: { file: join(folder, 'token') } }
  await expect(mounted({ api: [] }, { secrets })).rejects.toMatchObject({
    code: 'COMPOSE_INVALID',
    message: `${folder}/token is not there: the Compose project has the secret token from it`,
  })
})

test('what is mounted through a link in a copied folder is a copy too, and never what the link leads to', async () => {
  const [folder, outside] = [await theirs(), await theirs({ 'kept/one': 'theirs' })]
  await symlink(join(outside, 'kept'), join(folder, 'data/away'))
  const { at } = await mounted({ api: [`${folder}/data:/data`, `${folder}/data/away:/away`] })
  const copy = at(join(folder, 'data/away'))
  expect((await lstat(copy)).isDirectory()).toBe(true)
  expect(await readFile(join(copy, 'one'), 'utf8')).toBe('theirs')
  expect(await readlink(join(at(join(folder, 'data')), 'away'))).toBe(join(outside, 'kept'))
})
