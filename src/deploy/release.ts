import { createHash } from 'node:crypto'
import type { FileContent, Release, Scene, Service } from '../stack/index.ts'
import { namedServers, structureOf } from './edited.ts'

const folder = '/etc/nginx'
export const releaseFile = `${folder}/conf.d/release.conf`
export const upstreamsFile = `${folder}/conf.d/upstreams.conf`
export const siteFile = `${folder}/conf.d/site.conf`
export const sharedFolder = `${folder}/shared`

/** The release that lies in the proxy's folder now: the configuration's files, without what the distribution brings. */
export async function readRelease(proxy: Service, name: string): Promise<Release> {
  const listed = await proxy.exec(['find', `${folder}/conf.d`, sharedFolder, `${folder}/nginx.conf`, '-name', '*.conf'])
  const paths = listed.output
    .split('\n')
    .filter((path) => path.startsWith(folder))
    .sort()
  const files = await proxy.readFiles(paths)
  return { name, hash: hashOfRelease(files), files }
}

/** What a proxy that serves these files answers with: as they say themselves, else their content's hash. */
export function hashOfRelease(files: readonly FileContent[]): string {
  return answeredHash(files) ?? hashOf(files)
}

/** What workers that serve these files answer when asked for their release. */
function answeredHash(files: readonly FileContent[]): string | undefined {
  const text = files.find((file) => file.path === releaseFile)?.content?.toString('utf8') ?? ''
  return /default "([^"]+)";/.exec(text)?.[1]
}

/** Names a release by its content, so that "which one is serving" has one answer. */
function hashOf(files: readonly FileContent[]): string {
  const hash = createHash('sha256')
  for (const { path, content } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (path === releaseFile || content === null) continue
    hash.update(path).update('\0').update(content).update('\0')
  }
  return hash.digest('hex').slice(0, 12)
}

/**
 * A changed release: these files replaced (null: removed), and its new hash in the file that new workers answer with.
 */
export function changedRelease(base: Release, name: string, changes: readonly FileContent[]): Release {
  const files = new Map(base.files.map((file) => [file.path, file]))
  for (const change of changes) files.set(change.path, change)
  files.delete(releaseFile)
  const kept = [...files.values()]
  const hash = hashOf(kept)
  return { name, hash, files: [...kept, { path: releaseFile, content: releaseText(hash) }] }
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

/** Every `server` of every upstream in this configuration: where the proxy would knock. */
export function upstreamServers(text: string): { host: string; port: number }[] {
  const found = namedServers(structureOf([{ path: `${folder}/nginx.conf`, content: Buffer.from(text) }]))
  const unique = new Map(found.map(({ host, port }) => [`${host}:${port}`, { host, port }]))
  return [...unique.values()]
}

/** What was tried last; where nothing is on record yet, what the proxy holds, which the run then began with. */
export async function currentRelease({ releases }: Pick<Scene, 'releases'>, proxy: Service): Promise<Release> {
  if (releases.current) return releases.current
  const good = await readRelease(proxy, 'the last good release')
  releases.record(good)
  return good
}
