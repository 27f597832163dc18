import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import Dockerode from 'dockerode'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unpackFiles } from '../../../src/stack/archive.ts'
import { basesOf, contextHash, packContext, readContext } from '../../../src/stack/image-context.ts'
import { ensureImages, expectImages } from '../../../src/stack/images.ts'
import { type EngineSocket, engineSocket } from '../../support/engine-socket.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docker-folder-'))
})
afterEach(() => rm(folder, { recursive: true }))

const standingOn = (arg: string) => `ARG ${arg}\nFROM \${${arg}}`

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

describe('what goes into a build', () => {
  const paths = async () => (await readContext(folder)).map(({ path }) => path)

  it('is every file but TypeScript and what .dockerignore names', async () => {
    const files = { Dockerfile: 'FROM x', 'conf/a.conf': '', 'rules/b.yml': '', 'x.test.ts': '', 'confused.txt': '' }
    await write({ ...files, '.dockerignore': '# not baked in\nconf/\n' })
    expect(await paths()).toEqual(['Dockerfile', 'confused.txt', 'rules/b.yml'])
  })

  it('is one program where there is a main.ts, made anew whatever lies there', async () => {
    await write({ Dockerfile: 'FROM x', 'main.ts': "import { a } from './a.ts'\nconsole.log(a)" })
    await write({ 'a.ts': 'export const a: number = 41 + 1', 'app.mjs': 'an old one' })
    const files = await readContext(folder)
    expect(files.map(({ path }) => path)).toEqual(['Dockerfile', 'app.mjs'])
    expect(files[1]?.content.toString()).toMatch(/41 \+ 1[\s\S]*console\.log/)
  })

  it('takes a program made beforehand where there is no source', async () => {
    await write({ Dockerfile: 'FROM x', 'app.mjs': 'made before' })
    expect(await paths()).toEqual(['Dockerfile', 'app.mjs'])
  })

  it('says what is wrong with a program', async () => {
    await write({ Dockerfile: 'FROM x', 'main.ts': "import './gone.ts'" })
    const failure = expect(readContext(folder)).rejects
    await failure.toMatchObject({ code: 'IMAGE_BUILD_FAILED', message: expect.stringMatching(/main\.ts.*gone\.ts/s) })
  })

  it('cannot be without a Dockerfile', async () => {
    await write({ 'app.mjs': '' })
    await expect(readContext(folder)).rejects.toMatchObject({
      message: expect.stringMatching(/Dockerfile is not there/),
    })
  })

  it('keeps the right to be run, in the archive too', async () => {
    await write({ Dockerfile: 'FROM x', run: '#!/bin/sh' })
    await chmod(join(folder, 'run'), 0o700)
    const files = await readContext(folder)
    expect(files.map(({ mode }) => mode)).toEqual([0o644, 0o755])
    const unpacked = await unpackFiles(await packContext(files))
    expect(unpacked.map(({ name, content }) => [name, content.toString()])).toEqual([
      ['Dockerfile', 'FROM x'],
      ['run', '#!/bin/sh'],
    ])
  })
})

describe('the hash of a build', () => {
  const file = { path: 'a', mode: 0o644, content: Buffer.from('1') }
  const first = contextHash([file], ['base'])

  it('stays', () => expect(contextHash([{ ...file }], ['base'])).toBe(first))

  it.each([
    ['a path', [{ ...file, path: 'b' }], ['base']],
    ['a mode', [{ ...file, mode: 0o755 }], ['base']],
    ['a content', [{ ...file, content: Buffer.from('2') }], ['base']],
    ['one file more', [file, { ...file, path: 'b' }], ['base']],
    ['the base', [file], ['other']],
  ])('changes with %s', (_, files, others) => {
    expect(contextHash(files, others)).not.toBe(first)
    expect(first).toMatch(/^[0-9a-f]{12}$/)
  })
})

it('reads from the Dockerfile what an image stands on', () => {
  const read = (text: string) => basesOf([{ path: 'Dockerfile', mode: 0o644, content: Buffer.from(text) }])
  expect(read(`# x\n${standingOn('BASE')}`)).toEqual([{ arg: 'BASE', image: 'base' }])
  expect(read('ARG NODE_BASE\nARG OTHER=1\n')).toEqual([{ arg: 'NODE_BASE', image: 'node' }])
  expect(read('FROM scratch')).toEqual([])
})

describe('making images', () => {
  let socket: EngineSocket
  let docker: Dockerode
  let present: Set<string>
  let built: URLSearchParams[]
  let buildSays: string[]

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://engine')
    const reference = /^\/images\/(.+)\/json$/.exec(url.pathname)?.[1]
    if (reference !== undefined) {
      const known = present.has(decodeURIComponent(reference))
      response.statusCode = known ? 200 : 404
      response.end(JSON.stringify(known ? { Id: `sha256:${reference}` } : { message: 'No such image' }))
    } else if (url.pathname === '/build') {
      built.push(url.searchParams)
      const lines = buildSays.map((text) => JSON.stringify(text.startsWith('!') ? { error: text } : { stream: text }))
      const failed = buildSays.some((text) => text.startsWith('!'))
      if (!failed) present.add(url.searchParams.get('t') ?? '')
      void buffer(request).then(() => response.end(lines.join('\n')))
    } else {
      response.statusCode = 500
      response.end(JSON.stringify({ message: 'no registry here' }))
    }
  }

  beforeEach(async () => {
    await write({ 'base/make': '#!/bin/sh', 'node/Dockerfile': standingOn('BASE') })
    await write({
      'proxy/Dockerfile': standingOn('BASE'),
      'agent/Dockerfile': standingOn('NODE_BASE'),
    })
    await write({ 'backend/Dockerfile': `${standingOn('NODE_BASE')}\nRUN more` })
    present = new Set(['my/base:1'])
    built = []
    buildSays = ['Step 1/2 : ARG BASE\n']
    socket = await engineSocket(answer)
    docker = new Dockerode({ socketPath: socket.path, host: '' })
  })
  afterEach(() => socket.close())

  const only = ['proxy', 'agent', 'backend'] as const
  const images = { base: 'my/base:1' }

  it('builds each once, the shared one first, and nothing the second time', async () => {
    const steps: string[] = []
    const onStep = (text: string, ms?: number) => steps.push(ms === undefined ? text : `${text}!`)
    const tags = await ensureImages(docker, { folder, images, only, onStep })
    expect(tags.agent).toMatch(/^badgateway\/agent:[0-9a-f]{12}$/)
    expect(built.map((one) => one.get('t')?.split(':')[0]).sort()).toEqual(
      ['agent', 'backend', 'node', 'proxy'].map((name) => `badgateway/${name}`),
    )
    const agent = built.find((one) => one.get('t') === tags.agent)
    const node = built.find((one) => one.get('t')?.startsWith('badgateway/node:'))
    expect(JSON.parse(agent?.get('buildargs') ?? '')).toEqual({ NODE_BASE: node?.get('t') })
    expect(JSON.parse(agent?.get('labels') ?? '')).toEqual({ 'badgateway.image': 'agent' })
    expect(steps).toContain('image node: building')
    expect(steps.filter((text) => text.endsWith('built!'))).toHaveLength(4)

    steps.splice(0)
    expect(await ensureImages(docker, { folder, images, only, onStep })).toEqual(tags)
    expect(await expectImages(docker, { folder, images, only })).toEqual(tags)
    expect([built.length, steps]).toEqual([4, []])
  })

  it('builds again what changed, and what stands on it', async () => {
    const before = await ensureImages(docker, { folder, images, only })
    await write({ 'node/more.txt': 'x' })
    const after = await ensureImages(docker, { folder, images, only })
    expect(after.proxy).toBe(before.proxy)
    expect([after.agent === before.agent, after.backend === before.backend]).toEqual([false, false])
    expect(built).toHaveLength(7)
  })

  it('shows the last 50 lines of a build that fails', async () => {
    buildSays = [...Array.from({ length: 80 }, (_, i) => `line ${i}\n`), '!it broke']
    const thrown: unknown = await ensureImages(docker, { folder, images, only: ['proxy'] }).catch((error) => error)
    expect(thrown).toMatchObject({ code: 'IMAGE_BUILD_FAILED', exitCode: 3 })
    const lines = String(thrown).split('\n')
    expect(lines[0]).toContain('The image proxy could not be built: !it broke')
    expect([lines.length, lines[1], lines[50]]).toEqual([51, '  | line 30', '  | line 79'])
  })

  it('uses an image of the user that is there, and builds nothing for it', async () => {
    present.add('nginx:1.30')
    const tags = await ensureImages(docker, { folder, images: { proxy: 'nginx:1.30' }, only: ['proxy'] })
    expect([tags.proxy, built.length]).toEqual(['nginx:1.30', 0])
  })

  it('says which image of the user cannot be had, and why', async () => {
    const failure = expect(ensureImages(docker, { folder, images: { proxy: 'nginx:1.30' }, only: ['proxy'] })).rejects
    await failure.toMatchObject({
      code: 'IMAGE_MISSING',
      message: 'The image nginx:1.30, wanted for proxy, cannot be had: no registry here',
      hint: expect.stringMatching(/docker pull nginx:1\.30/),
    })
  })

  it('makes nothing when it only looks', async () => {
    const look = expectImages(docker, { folder, images, only })
    await expect(look).rejects.toMatchObject({ code: 'IMAGE_MISSING', hint: 'Run `badgateway setup`.' })
    expect(built).toHaveLength(0)
  })

  it('knows no image that the shop has not', async () => {
    const failure = expect(ensureImages(docker, { folder, images: { prox: 'x' } })).rejects
    await failure.toMatchObject({ code: 'USAGE', message: expect.stringMatching(/'prox'/) })
  })
})
