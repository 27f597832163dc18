import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { promisify } from 'node:util'
import type Dockerode from 'dockerode'
import { BadgatewayError } from '../kit/errors.ts'
import { engineReason, followProgress } from './engine-progress.ts'

/** Told when a step begins (no time) and when it is done (its time in milliseconds). */
export type OnStep = (text: string, ms?: number) => void

/** The cause of IMAGE_MISSING where installing mmdebstrap would help. */
export const missingTool = 'mmdebstrap is not installed'

const published = 'debian:13-slim'

/** A registry that says nothing for this long counts as unreachable. */
const pullSilenceMs = 15_000

/** The name that our Debian base goes by; it changes with the recipe. */
export async function baseTag(dockerFolder: string): Promise<string> {
  const recipe = await readFile(join(dockerFolder, 'base', 'make'), 'utf8')
  return `badgateway/base:${createHash('sha256').update(recipe).digest('hex').slice(0, 12)}`
}

/**
 * Makes the Debian base: pulled when a registry answers, otherwise from Debian's packages.
 * IMAGE_MISSING when neither can be done here, IMAGE_BUILD_FAILED when making it went wrong.
 */
export async function makeBase(docker: Dockerode, dockerFolder: string, tag: string, onStep: OnStep): Promise<void> {
  const begun = performance.now()
  const unpulled = (await isPresent(docker, published)) ? undefined : await pull(docker, published)
  const [repo = '', name = ''] = tag.split(':')
  if (unpulled === undefined) {
    await docker.getImage(published).tag({ repo, tag: name })
    onStep(`base image: ${published}`, performance.now() - begun)
    return
  }
  await refuseWithoutTools(unpulled)
  onStep(`base image: no registry answers, making Debian 13 from packages (some 20 s)`)
  await importRoot(docker, join(dockerFolder, 'base', 'make'), { repo, tag: name })
  onStep('base image: made from Debian packages', performance.now() - begun)
}

/** Whether the engine has this image. */
export async function isPresent(docker: Dockerode, reference: string): Promise<boolean> {
  return (await imageId(docker, reference)) !== undefined
}

/** The id of an image, undefined when the engine has it not. */
export async function imageId(docker: Dockerode, reference: string): Promise<string | undefined> {
  try {
    return (await docker.getImage(reference).inspect()).Id
  } catch (thrown) {
    if (thrown instanceof Error && 'statusCode' in thrown && thrown.statusCode === 404) return undefined
    throw thrown
  }
}

/** Pulls an image; what was in the way as a sentence, undefined when it is there. */
export async function pull(docker: Dockerode, reference: string): Promise<string | undefined> {
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(), pullSilenceMs)
  try {
    const stream = await docker.pull(reference, { abortSignal: silence.signal })
    await followProgress(stream, () => timer.refresh())
    return undefined
  } catch (thrown) {
    return silence.signal.aborted ? `no answer within ${pullSilenceMs / 1000} s` : engineReason(thrown)
  } finally {
    clearTimeout(timer)
  }
}

async function refuseWithoutTools(unpulled: string): Promise<void> {
  const debian = await access('/etc/debian_version').then(
    () => true,
    () => false,
  )
  const tool = await promisify(execFile)('mmdebstrap', ['--version']).then(
    () => true,
    () => false,
  )
  if (debian && tool && userInfo().uid === 0) return
  throw new BadgatewayError(
    'IMAGE_MISSING',
    `The base image ${published} cannot be pulled (${unpulled})`,
    debian
      ? 'As root, `apt-get install mmdebstrap` lets badgateway make it from packages; or docker load it.'
      : `Load it from elsewhere: docker save ${published} > debian.tar there, docker load < debian.tar here.`,
    { cause: debian && !tool ? missingTool : undefined },
  )
}

/**
 * The end of the archive is passed on only when the program that writes it succeeded: half a root must not be
 * imported.
 */
async function importRoot(docker: Dockerode, make: string, name: { repo: string; tag: string }): Promise<void> {
  const child = spawn(make, [], { stdio: ['ignore', 'pipe', 'pipe'] })
  const archive = new PassThrough()
  let complaints = ''
  child.stderr.on('data', (data: Buffer) => {
    complaints = (complaints + data).slice(-8_000)
  })
  child.stdout.pipe(archive, { end: false })
  const failed = (why: string) => archive.destroy(new Error(why))
  child.once('error', (error) => failed(error.message))
  child.once('close', (code) => (code === 0 ? archive.end() : failed(`mmdebstrap ended with ${code}`)))
  try {
    const changes = ['LABEL badgateway.image=base', 'CMD ["/bin/sh"]']
    const stream = await docker.importImage(archive, { ...name, changes })
    await followProgress(stream, () => undefined)
  } catch (thrown) {
    child.kill()
    throw new BadgatewayError(
      'IMAGE_BUILD_FAILED',
      `The base image could not be made from Debian packages: ${engineReason(thrown)}\n${complaints.trim()}`,
      'Are deb.debian.org and the disk all right? Try it by hand: docker/base/make > /tmp/base.tar',
      { cause: thrown },
    )
  }
}
