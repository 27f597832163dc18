import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { promisify } from 'node:util'
import type Dockerode from 'dockerode'
import { engineReason, followProgress, startEndingWithUs } from '../engine/index.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'

/** Told when a step begins (no time) and when it is done (its time in milliseconds). */
export type OnStep = (text: string, ms?: number) => void

/** The cause of IMAGE_MISSING where installing mmdebstrap would help. */
export const missingTool = 'mmdebstrap is not installed'

/** The Debians that images stand on: what a registry has, and what is said. */
const bases = {
  base: { published: 'debian:13-slim', debian: 'Debian 13' },
  bookworm: { published: 'debian:12-slim', debian: 'Debian 12' },
} as const
export type BaseName = keyof typeof bases
export const baseNames = Object.keys(bases) as BaseName[]

/** A registry that says nothing for this long counts as unreachable. */
const pullSilenceMs = 15_000

/** The name that a Debian base goes by; it changes with the recipe. */
export async function baseTag(dockerFolder: string, name: BaseName = 'base'): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(dockerFolder, 'base', 'make'), 'utf8'))
  if (name !== 'base') hash.update(await readFile(join(dockerFolder, name, 'make'), 'utf8'))
  return `badgateway/${name}:${hash.digest('hex').slice(0, 12)}`
}

/**
 * Makes a Debian base: pulled when a registry answers, otherwise from Debian's packages.
 * IMAGE_MISSING when neither can be done here, IMAGE_BUILD_FAILED when making it went wrong.
 */
export async function makeBase(
  docker: Dockerode,
  { folder, name, tag, signal }: { folder: string; name: BaseName; tag: string; signal?: AbortSignal },
  onStep: OnStep,
): Promise<void> {
  const begun = performance.now()
  const { published, debian } = bases[name]
  const unpulled = (await isPresent(docker, published)) ? undefined : await pull(docker, published, signal)
  const [repo = '', version = ''] = tag.split(':')
  if (unpulled === undefined) {
    await docker.getImage(published).tag({ repo, tag: version })
    onStep(`${name} image: ${published}`, performance.now() - begun)
    return
  }
  signal?.throwIfAborted()
  await refuseWithoutTools(published, unpulled)
  onStep(`${name} image: no registry answers, making ${debian} from packages (some 20 s)`)
  await importRoot(docker, join(folder, name, 'make'), { repo, tag: version, name, signal })
  onStep(`${name} image: made from Debian packages`, performance.now() - begun)
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

/** Pulls an image; what was in the way as a sentence, undefined when it is there. Rejects when it is aborted. */
export async function pull(
  docker: Dockerode,
  reference: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<string | undefined> {
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(), pullSilenceMs)
  try {
    const stream = await docker.pull(reference, { abortSignal: AbortSignal.any([silence.signal, signal]) })
    await followProgress(stream, () => timer.refresh())
    return undefined
  } catch (thrown) {
    signal.throwIfAborted()
    return silence.signal.aborted ? `no answer within ${pullSilenceMs / 1000} s` : engineReason(thrown)
  } finally {
    clearTimeout(timer)
  }
}

async function refuseWithoutTools(published: string, unpulled: string): Promise<void> {
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

interface Root {
  repo: string
  tag: string
  name: BaseName
  signal?: AbortSignal | undefined
}

/**
 * The end of the archive is passed on only when the program that writes it succeeded: half a root must not be
 * imported. The program ends with us, and with the signal.
 */
async function importRoot(docker: Dockerode, make: string, { repo, tag, name, signal }: Root): Promise<void> {
  const making = startEndingWithUs(make)
  const archive = new PassThrough()
  let complaints = ''
  making.stderr.on('data', (data: Buffer) => {
    complaints = (complaints + data).slice(-8_000)
  })
  making.stdout.pipe(archive, { end: false })
  const failed = (why: string) => archive.destroy(new Error(why))
  const closed = making.closed.then(
    (code) => (code === 0 ? archive.end() : failed(`mmdebstrap ended with ${code}`)),
    (thrown: unknown) => failed(reasonOf(thrown)),
  )
  signal?.addEventListener('abort', making.end, { once: true })
  try {
    const changes = [`LABEL badgateway.image=${name}`, 'CMD ["/bin/sh"]']
    const stream = await docker.importImage(archive, { repo, tag, changes })
    await followProgress(stream, () => undefined)
  } catch (thrown) {
    making.end()
    // It takes its half of a root away before it ends.
    await closed
    signal?.throwIfAborted()
    throw new BadgatewayError(
      'IMAGE_BUILD_FAILED',
      `The base image could not be made from Debian packages: ${engineReason(thrown)}\n${complaints.trim()}`,
      `Are deb.debian.org and the disk all right? Try it by hand: docker/${name}/make > /tmp/base.tar`,
      { cause: thrown },
    )
  } finally {
    signal?.removeEventListener('abort', making.end)
  }
}
