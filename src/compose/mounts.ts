import { mkdir, realpath, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import { copyTree, NotCopied } from './copy.ts'
import type { ComposeDocument } from './document.ts'
import type { Copied } from './project.ts'
import { deviceOf, mountsOf } from './services.ts'

export interface MountOptions {
  /** Of these services all that could hold Nginx's configuration is copied. */
  readonly proxyServices: readonly string[]
  /** Where the copies go. */
  readonly folder: string
  readonly say: (line: string) => void
  readonly limits?: { bytes: number; entries: number }
}

export interface Mounted {
  readonly copies: readonly Copied[]
  /** Where what is mounted from there lies now; the same place where it is not copied. */
  readonly at: (source: string) => string
}

/** Where programs look for their configuration: what a proxy has there may be Nginx's. */
const configured =
  /^\/(?:etc|opt|usr\/local|conf(?:ig)?|docker-entrypoint\.d)(?:\/|$)|\.(?:conf|template|inc|vhost|lua|js)$/

interface Wanted {
  services: Set<string>
  targets: Set<string>
  /** Raised is only what has a copy of it. */
  must: boolean
  readOnly: boolean
}

/**
 * Copies every mount that could be written to, and those that could hold the configuration of a proxy; what is mounted
 * from inside a copied one is of the same copy. COMPOSE_INVALID, which names the mount, for what cannot be copied and
 * would be changed otherwise.
 */
export async function copyMounts(document: ComposeDocument, options: MountOptions): Promise<Mounted> {
  await expectFiles(document)
  const wanted = await wantedOf(document, options)
  const places = new Map<string, string>()
  const copies: Copied[] = []
  // What others are mounted inside of comes first.
  for (const source of [...wanted.keys()].sort((a, b) => a.length - b.length)) {
    const want = wanted.get(source)
    if (!want || (await isReallyInside(source, [...places.keys()]))) continue
    const path = join(options.folder, `mount-${places.size}`, basename(source) || 'root')
    const bytes = await copied(source, path, want, options)
    if (bytes === undefined) continue
    places.set(source, path)
    for (const service of want.services) {
      for (const target of want.targets) copies.push({ service, target, path, bytes })
    }
  }
  const at = (source: string) => {
    const roots = [...places.keys()].sort((a, b) => b.length - a.length)
    const root = isInside(source, roots)
    const place = root === undefined ? undefined : places.get(root)
    return root === undefined || place === undefined ? source : place + source.slice(root.length)
  }
  return { copies, at }
}

const isInside = (source: string, roots: readonly string[]) =>
  roots.find((root) => source === root || source.startsWith(root.endsWith(sep) ? root : root + sep))

/** Where a link inside of a copy leads is no copy: what is mounted by such a path needs its own. */
async function isReallyInside(source: string, roots: readonly string[]): Promise<boolean> {
  const root = isInside(source, roots)
  if (root === undefined) return false
  const [real, home] = await Promise.all([source, root].map((one) => realpath(one).catch(() => one)))
  return real !== undefined && home !== undefined && isInside(real, [home]) !== undefined
}

async function wantedOf(
  { services, volumes }: ComposeDocument,
  { proxyServices }: MountOptions,
): Promise<Map<string, Wanted>> {
  const wanted = new Map<string, Wanted>()
  for (const [key, volume] of Object.entries(volumes ?? {})) {
    const device = volume ? deviceOf(volume) : undefined
    if (device === undefined) continue
    wanted.set(device, { services: new Set([`volume ${key}`]), targets: new Set(), must: true, readOnly: false })
  }
  for (const [service, given] of Object.entries(services)) {
    const isProxy = proxyServices.includes(service)
    for (const mount of mountsOf(given)) {
      if (mount.kind !== 'bind' || (mount.readOnly && !isProxy && (await isPlain(mount.source)))) continue
      const want = wanted.get(mount.source) ?? { services: new Set(), targets: new Set(), must: false, readOnly: true }
      want.services.add(service)
      want.targets.add(mount.target)
      want.must ||= !mount.readOnly || (isProxy && configured.test(mount.target))
      want.readOnly &&= mount.readOnly
      wanted.set(mount.source, want)
    }
  }
  return wanted
}

/** Is there something that can be used as it is? What is not there the engine would make, in the user's folder. */
async function isPlain(source: string): Promise<boolean> {
  return await stat(source).then(
    (found) => !found.isSocket(),
    () => false,
  )
}

/** 1.29 would have the engine make a folder in the place of a secret that is not there. */
async function expectFiles({ secrets, configs }: ComposeDocument): Promise<void> {
  for (const [name, one] of [...Object.entries(secrets ?? {}), ...Object.entries(configs ?? {})]) {
    if (
      !one?.file ||
      (await stat(one.file).then(
        () => true,
        () => false,
      ))
    )
      continue
    const message = `${inert(one.file)} is not there: the Compose project has the secret ${inert(name)} from it`
    throw new BadgatewayError('COMPOSE_INVALID', message, 'Make it, with values that are for trying.')
  }
}

/** Its bytes; undefined where it is used as it is. */
async function copied(
  source: string,
  path: string,
  want: Wanted,
  { say, limits }: MountOptions,
): Promise<number | undefined> {
  const of = `${inert(source)} of ${[...want.services].map((one) => inert(one)).join(', ')}`
  try {
    // A link that is mounted itself is what it leads to, for the engine too.
    const real = await realpath(source).catch(() => undefined)
    if (real === undefined) {
      await mkdir(path, { recursive: true, mode: 0o755 })
      say(`${of} is not there: an empty folder of ours is in its place`)
      return 0
    }
    if ((await stat(real)).isSocket()) {
      say(tellSocket(source, of))
      return undefined
    }
    const bytes = await copyTree(real, path, limits)
    if (!want.readOnly) say(`${of} can be written to: a copy of ours is in its place (${bytes} bytes)`)
    return bytes
  } catch (thrown) {
    const why = thrown instanceof NotCopied ? thrown.message : `cannot be copied: ${reasonOf(thrown)}`
    if (!want.must) {
      say(`${of} is used as it is, read-only: it ${inert(why)}`)
      return undefined
    }
    const what = want.readOnly ? 'may hold the configuration of the proxy' : 'can be written to'
    const message = `The mount of ${of} ${what}, so it would have to be copied, yet it ${inert(why)}`
    const hint = want.readOnly
      ? 'Mount less of it there, in an override file of its own (stack.compose).'
      : 'Mount it read-only, or a volume in its place, in an override file of its own (stack.compose).'
    throw new BadgatewayError('COMPOSE_INVALID', message, hint, { cause: thrown })
  }
}

function tellSocket(source: string, of: string): string {
  if (!/docker.*\.sock$/.test(source)) return `${of} is a socket of this machine, and is used as it is`
  return `${of} is the engine's own socket: what is done through it is not kept apart from what else runs here`
}
