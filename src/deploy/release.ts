import { createHash } from 'node:crypto'
import type { FileContent, Layout, ProxyService, Release, Scene, Stack } from '../stack/index.ts'
import { namedServers, structureOf } from './edited.ts'

/** The configuration that lies in the proxy's folders now, without what its image brings beside them. */
export async function readRelease(proxy: ProxyService, name: string): Promise<Release> {
  const { config, folders } = proxy.place
  const [main, ...others] = await Promise.all([
    proxy.readFiles([config]),
    ...folders.map((folder) => proxy.readFolder(folder)),
  ])
  const found = [...main.filter(({ content }) => content !== null), ...others.flat()]
  // Several links may lead to one file.
  const files = new Map(found.map(({ path, content }) => [path, { path, content }]))
  const sorted = [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  const links = others.flat().flatMap(({ as, path }): [string, string][] => (as === undefined ? [] : [[as, path]]))
  return releaseFrom(proxy, name, sorted, new Map(links))
}

/** These files as a release of that proxy's configuration. */
export function releaseFrom(
  { place, instrumented }: Pick<ProxyService, 'place' | 'instrumented'>,
  name: string,
  files: readonly FileContent[],
  links: ReadonlyMap<string, string> = new Map(),
): Release {
  const named = instrumented ? { release: instrumented.file } : {}
  const layout: Layout = { config: place.config, ...named, ...(links.size > 0 ? { links } : {}) }
  return { name, hash: hashOfRelease(files, layout), files, layout }
}

/** Does a file of this path belong to the configuration? */
export function isConfiguration({ place }: Pick<ProxyService, 'place'>, path: string): boolean {
  return path === place.config || place.folders.some((folder) => path.startsWith(`${folder}/`))
}

/** The configuration as it was reviewed: the files that are specified for this proxy. */
export async function reviewedRelease(stack: Pick<Stack, 'specifiedFiles'>, proxy: ProxyService): Promise<Release> {
  const files = (await stack.specifiedFiles(proxy.name)).filter(({ path }) => isConfiguration(proxy, path))
  return releaseFrom(proxy, 'the reviewed release', files)
}

/** What a proxy that serves these files answers with: as they say themselves, else their content's hash. */
function hashOfRelease(files: readonly FileContent[], layout: Layout): string {
  return answeredHash(files, layout) ?? hashOf(files, layout)
}

/** What workers that serve these files answer when asked for their release. */
function answeredHash(files: readonly FileContent[], { release }: Layout): string | undefined {
  const text = files.find((file) => file.path === release)?.content?.toString('utf8') ?? ''
  return /default "([^"]+)";/.exec(text)?.[1]
}

/** Names a release by its content, so that "which one is serving" has one answer. */
function hashOf(files: readonly FileContent[], layout: Layout | undefined): string {
  const hash = createHash('sha256')
  for (const { path, content } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (path === layout?.release || content === null) continue
    hash.update(path).update('\0').update(content).update('\0')
  }
  return hash.digest('hex').slice(0, 12)
}

/**
 * A changed release: these files replaced (null: removed), and its new hash in the file that new workers answer with,
 * where there is one.
 */
export function changedRelease(base: Release, name: string, changes: readonly FileContent[]): Release {
  const { layout } = base
  const files = new Map(base.files.map((file) => [file.path, file]))
  for (const change of changes) files.set(change.path, change)
  if (layout?.release !== undefined) files.delete(layout.release)
  const kept = [...files.values()]
  const hash = hashOf(kept, layout)
  const named = layout?.release === undefined ? [] : [{ path: layout.release, content: releaseText(hash) }]
  return { name, hash, files: [...kept, ...named], ...(layout ? { layout } : {}) }
}

/** The file by which new workers answer with this hash. */
export function releaseText(hash: string): Buffer {
  return Buffer.from(`map "" $badgateway_release {\n    default "${hash}";\n}\n`)
}

/** What differs from one release to the next, as files to write. */
export function changesBetween(from: Release, to: Release): FileContent[] {
  const before = new Map(from.files.map((file) => [file.path, file.content]))
  return to.files.filter((file) => {
    const old = before.get(file.path) ?? null
    if (old === null || file.content === null) return old !== file.content
    return !old.equals(file.content)
  })
}

/** Every `server` of every upstream in this configuration: where the proxy would connect. */
export function upstreamServers(release: Pick<Release, 'files' | 'layout'>): { host: string; port: number }[] {
  const found = namedServers(structureOf(release))
  const unique = new Map(found.map(({ host, port }) => [`${host}:${port}`, { host, port }]))
  return [...unique.values()]
}

/** What was tried last; where nothing is on record yet, what the proxy holds, which the run then began with. */
export async function currentRelease({ releases }: Pick<Scene, 'releases'>, proxy: ProxyService): Promise<Release> {
  if (releases.current) return releases.current
  const good = await readRelease(proxy, 'the last good release')
  releases.record(good)
  return good
}
