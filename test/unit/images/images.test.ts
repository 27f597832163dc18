import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import Dockerode from 'dockerode'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensureImages, expectImages } from '../../../src/images/images.ts'
import { standingOn, writeTree } from '../../support/docker-folder.ts'
import { type EngineSocket, engineSocket } from '../../support/engine-socket.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docker-folder-'))
})
afterEach(() => rm(folder, { recursive: true }))

const write = (files: Record<string, string>) => writeTree(folder, files)

describe('making images', () => {
  let socket: EngineSocket
  let docker: Dockerode
  let present: Set<string>
  let built: URLSearchParams[]
  let buildSays: string[]
  /** Called when a build begins that never ends; null: they end. */
  let onHang: (() => void) | null

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://engine')
    const reference = /^\/images\/(.+)\/json$/.exec(url.pathname)?.[1]
    if (reference !== undefined) {
      const known = present.has(decodeURIComponent(reference))
      response.statusCode = known ? 200 : 404
      response.end(JSON.stringify(known ? { Id: `sha256:${reference}` } : { message: 'No such image' }))
    } else if (url.pathname === '/build') {
      built.push(url.searchParams)
      if (onHang) return void buffer(request).then(onHang, () => undefined)
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
    onHang = null
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

  it('makes what few want when it is asked for, on the Debian that it stands on', async () => {
    await write({ 'proxy-old/Dockerfile': standingOn('BOOKWORM_BASE'), 'bookworm/make': '#!/bin/sh' })
    const rare = { folder, images: { bookworm: 'my/base:1' }, only: ['proxy-old'] } as const
    const tags = await ensureImages(docker, rare)
    expect(tags['proxy-old']).toMatch(/^badgateway\/proxy-old:[0-9a-f]{12}$/)
    expect(built.map((one) => one.get('buildargs'))).toEqual(['{"BOOKWORM_BASE":"my/base:1"}'])
  })

  it('stops at once when it is told to, with the reason', async () => {
    const stop = new AbortController()
    onHang = () => stop.abort(new Error('told to stop'))
    const made = ensureImages(docker, { folder, images, only, signal: stop.signal })
    await expect(made).rejects.toThrow('told to stop')
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
