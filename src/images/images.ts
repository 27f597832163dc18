import { join } from 'node:path'
import type Dockerode from 'dockerode'
import { engineReason, followProgress } from '../engine/index.ts'
import { allEnded } from '../kit/all-ended.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { dockerFolder } from '../kit/home.ts'
import { type BaseName, baseNames, baseTag, imageId, isPresent, makeBase, type OnStep, pull } from './base-image.ts'
import { basesOf, type ContextFile, contextHash, packContext, readContext } from './image-context.ts'
import { type ImageName, type ImageTags, imageNames, rareImageNames } from './names.ts'

export interface ImageOptions {
  /**
   * Images of the user's own in place of ours (`proxy` → `nginx:1.30`); also `base`, `bookworm` and `node`, which ours
   * stand on.
   */
  images?: Readonly<Record<string, string>>
  onStep?: OnStep
  /** The folder `docker` with a folder for each image. Default: that of this package. */
  folder?: string
  /** Which images; default: all of the shop. */
  only?: readonly ImageName[]
  /** Ends the building at once; it rejects with the signal's reason. */
  signal?: AbortSignal
}

const buildLimitMs = 10 * 60_000
const outputLines = 50

/**
 * Makes what is missing of the images and says what they are called. Nothing is done, in some 0.3 s, when all are
 * there. IMAGE_MISSING: the user's image is neither here nor to be pulled, or there is no base. IMAGE_BUILD_FAILED:
 * with the last 50 lines of output. USAGE: a replacement for an image that does not exist.
 */
export function ensureImages(docker: Dockerode, options: ImageOptions = {}): Promise<ImageTags> {
  return resolveImages(docker, options, true)
}

/** What the images are called when all are there, without making any: IMAGE_MISSING names the first that is not. */
export function expectImages(docker: Dockerode, options: ImageOptions = {}): Promise<ImageTags> {
  return resolveImages(docker, options, false)
}

interface Workshop {
  docker: Dockerode
  folder: string
  replaced: Readonly<Record<string, string>>
  onStep: OnStep
  make: boolean
  signal: AbortSignal
  /** Every image is asked for once, however many stand on it. */
  wanted: Map<string, Promise<string>>
}

/** Whoever asks for some only has those. */
const hasAll = (tags: Partial<ImageTags>, names: readonly ImageName[]): tags is ImageTags =>
  names.every((name) => tags[name] !== undefined)

async function resolveImages(docker: Dockerode, options: ImageOptions, make: boolean): Promise<ImageTags> {
  const replaced = options.images ?? {}
  refuseUnknown(replaced)
  const folder = options.folder ?? dockerFolder()
  const onStep = options.onStep ?? (() => undefined)
  const signal = options.signal ?? new AbortController().signal
  const shop: Workshop = { docker, folder, replaced, onStep, make, signal, wanted: new Map() }
  const names = options.only ?? imageNames
  const references = await allEnded(names.map((name) => want(shop, name)))
  const tags: Partial<ImageTags> = Object.fromEntries(names.map((name, index) => [name, references[index]]))
  if (hasAll(tags, names)) return tags
  throw new BadgatewayError('INTERNAL', `No reference for each of ${names.join(', ')}`, 'Report it.')
}

function refuseUnknown(replaced: Readonly<Record<string, string>>): void {
  const known: readonly string[] = [...imageNames, ...rareImageNames, ...baseNames, 'node']
  const unknown = Object.keys(replaced).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new BadgatewayError('USAGE', `There is no image '${unknown}' to replace`, `There are: ${known.join(', ')}.`)
}

function want(shop: Workshop, name: string): Promise<string> {
  const asked = shop.wanted.get(name)
  if (asked) return asked
  const replacement = shop.replaced[name]
  const debian = baseNames.find((one) => one === name)
  const made = () => (debian ? base(shop, debian) : ours(shop, name))
  const work = replacement ? useTheirs(shop, name, replacement) : made()
  shop.wanted.set(name, work)
  return work
}

async function useTheirs({ docker, make, onStep, signal }: Workshop, name: string, reference: string): Promise<string> {
  if (await isPresent(docker, reference)) return reference
  const begun = performance.now()
  const unpulled = make ? await pull(docker, reference, signal) : 'it is not on this machine'
  if (unpulled !== undefined) {
    throw new BadgatewayError(
      'IMAGE_MISSING',
      `The image ${reference}, wanted for ${name}, cannot be had: ${unpulled}`,
      `Check the name, or bring it here: docker pull ${reference}, or docker load.`,
    )
  }
  onStep(`image ${name}: pulled ${reference}`, performance.now() - begun)
  return reference
}

async function base(shop: Workshop, name: BaseName): Promise<string> {
  const tag = await baseTag(shop.folder, name)
  if (await isPresent(shop.docker, tag)) return tag
  if (!shop.make) throw missing(tag)
  await makeBase(shop.docker, { folder: shop.folder, name, tag, signal: shop.signal }, shop.onStep)
  return tag
}

async function ours(shop: Workshop, name: string): Promise<string> {
  const { docker } = shop
  const files = await readContext(join(shop.folder, name))
  const bases = await Promise.all(
    basesOf(files).map(async ({ arg, image }) => ({ arg, reference: await want(shop, image) })),
  )
  const ids = await Promise.all(bases.map(({ reference }) => imageId(docker, reference)))
  const tag = `badgateway/${name}:${contextHash(files, [...bases.map(({ arg }) => arg), ...ids.map(String)])}`
  if (await isPresent(docker, tag)) return tag
  if (!shop.make) throw missing(tag)
  shop.signal.throwIfAborted()
  const begun = performance.now()
  shop.onStep(`image ${name}: building`)
  await build(shop, { name, tag, files, args: Object.fromEntries(bases.map((one) => [one.arg, one.reference])) })
  shop.onStep(`image ${name}: built`, performance.now() - begun)
  return tag
}

interface Recipe {
  name: string
  tag: string
  files: readonly ContextFile[]
  args: Record<string, string>
}

/** The engine ends a build whose client has gone, and removes its container: nobody need look after it. */
async function build({ docker, signal }: Workshop, { name, tag, files, args }: Recipe): Promise<void> {
  const output: string[] = []
  const limit = AbortSignal.timeout(buildLimitMs)
  try {
    const stream = await docker.buildImage(await packContext(files), {
      t: tag,
      buildargs: args,
      labels: { 'badgateway.image': name },
      forcerm: true,
      abortSignal: AbortSignal.any([limit, signal]),
    })
    await followProgress(stream, (text) => {
      output.push(...text.split('\n').filter((line) => line !== ''))
      output.splice(0, Math.max(0, output.length - outputLines))
    })
  } catch (thrown) {
    signal.throwIfAborted()
    const why = limit.aborted ? `not done within ${buildLimitMs / 60_000} minutes` : engineReason(thrown)
    throw new BadgatewayError(
      'IMAGE_BUILD_FAILED',
      [`The image ${name} could not be built: ${why}`, ...output.map((line) => `  | ${line}`)].join('\n'),
      'Are deb.debian.org and the disk all right? `badgateway setup` tries again and keeps what is done.',
      { cause: thrown },
    )
  }
}

function missing(tag: string): BadgatewayError {
  return new BadgatewayError('IMAGE_MISSING', `The image ${tag} is not on this machine`, 'Run `badgateway setup`.')
}
