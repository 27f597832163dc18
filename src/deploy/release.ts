import { createHash } from 'node:crypto'
import type { FileContent, Layout, ProxyService, Release, Scene, Stack } from '../stack/index.ts'
import { namedServers, structureOf } from './edited.ts'
import { reviewedFiles, writtenFiles } from './instruments.ts'

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
  written: readonly FileContent[],
  links: ReadonlyMap<string, string> = new Map(),
): Release {
  const layout: Layout = {
    config: place.config,
    ...(instrumented ? { instruments: instrumented.instruments } : {}),
    ...(links.size > 0 ? { links } : {}),
  }
  const { files, release } = reviewedFiles({ files: written, layout })
  return { name, hash: release ?? hashOf(files), files, layout }
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

/** Names a release by its content, so that "which one is serving" has one answer. */
function hashOf(files: readonly FileContent[]): string {
  const hash = createHash('sha256')
  for (const { path, content } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (content !== null) hash.update(path).update('\0').update(content).update('\0')
  }
  return hash.digest('hex').slice(0, 12)
}

/** A changed release: these files replaced (null: removed), named by its new hash. */
export function changedRelease(base: Release, name: string, changes: readonly FileContent[]): Release {
  const { layout } = base
  const merged = new Map(base.files.map((file) => [file.path, file]))
  for (const change of changes) merged.set(change.path, change)
  const files = [...merged.values()]
  return { name, hash: hashOf(files), files, ...(layout ? { layout } : {}) }
}

/** What differs from one release to the next where they are written, as files to write. */
export function changesBetween(from: Release, to: Release): FileContent[] {
  const before = new Map(writtenFiles(from).map((file) => [file.path, file.content]))
  return writtenFiles(to).filter((file) => {
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
