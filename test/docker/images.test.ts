// @group light 10s
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Dockerode from 'dockerode'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectEngine } from '../../src/engine/engine.ts'
import { ensureImages, expectImages } from '../../src/images/images.ts'
import { imageNames } from '../../src/images/names.ts'

let docker: Dockerode
let folder: string
let base: string
const made: string[] = []

beforeAll(async () => {
  docker = (await connectEngine(process.env)).docker
  const tags = await ensureImages(docker, { only: ['proxy'] })
  base = tags.proxy
  folder = await mkdtemp(join(tmpdir(), 'docker-folder-'))
  await mkdir(join(folder, 'agent'))
})
afterAll(async () => {
  for (const tag of made) await docker.getImage(tag).remove({ force: true })
  await rm(folder, { recursive: true })
})

async function dockerfile(...lines: string[]): Promise<void> {
  await writeFile(join(folder, 'agent', 'Dockerfile'), ['ARG BASE', 'FROM $BASE', ...lines].join('\n'))
}

const options = () => ({ folder, images: { base }, only: ['agent'] as const })

it('has all images of the shop after set-up', async () => {
  const tags = await expectImages(docker)
  expect(Object.keys(tags)).toEqual([...imageNames])
})

it('builds with the legacy builder, labels, and builds again only when something changed', async () => {
  const mark = randomBytes(6).toString('hex')
  await writeFile(join(folder, 'agent', 'mark.txt'), mark)
  await dockerfile('COPY mark.txt /mark.txt', 'RUN test -s /mark.txt')
  const { agent } = await ensureImages(docker, options())
  made.push(agent)
  const { Config, Created } = await docker.getImage(agent).inspect()
  expect(Config.Labels).toMatchObject({ 'badgateway.image': 'agent' })
  expect((await ensureImages(docker, options())).agent).toBe(agent)
  expect((await docker.getImage(agent).inspect()).Created).toBe(Created)

  await writeFile(join(folder, 'agent', 'mark.txt'), `${mark}2`)
  const { agent: changed } = await ensureImages(docker, options())
  made.push(changed)
  expect(changed).not.toBe(agent)
})

it('shows what the engine said when a build fails, and leaves no image', async () => {
  await dockerfile('RUN echo before-it-broke && ls /not-there')
  const failure = expect(ensureImages(docker, options())).rejects
  await failure.toMatchObject({
    code: 'IMAGE_BUILD_FAILED',
    message: expect.stringMatching(/non-zero code: 2[\s\S]*before-it-broke[\s\S]*\/not-there/),
  })
  await expect(expectImages(docker, options())).rejects.toMatchObject({ code: 'IMAGE_MISSING' })
})

it('names an image of the user that is neither here nor to be had', async () => {
  const images = { agent: 'badgateway.invalid/nobody/has-this:1' }
  const failure = expect(ensureImages(docker, { images, only: ['agent'] })).rejects
  await failure.toMatchObject({ code: 'IMAGE_MISSING', message: expect.stringMatching(/badgateway\.invalid/) })
})
