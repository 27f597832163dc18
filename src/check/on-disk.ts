import { lstat, readdir } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { ComposeService } from '../compose/index.ts'
import { configurationOf } from '../deploy/index.ts'
import { isThere, readPlain } from '../kit/files.ts'
import type { Handlings } from '../modes/index.ts'
import { handlingsOf } from '../nginx/index.ts'
import type { Release, StackDescription } from '../stack/index.ts'

/** What the files of a proxy tell before it is up: what lies in its image, or in a volume, is not among them. */
export interface OnDisk {
  readonly release: Release
  readonly handlings: Handlings
  /** Where each of its files lies on this machine. */
  readonly sources: ReadonlyMap<string, string>
}

const most = { files: 500, bytes: 1024 * 1024, depth: 4 } as const

/** Undefined: its main file is none that Compose binds, or nobody can read what is there. Nothing is followed. */
export async function readOnDisk(
  { mounts }: Pick<ComposeService, 'mounts'>,
  { proxy, upstreams }: StackDescription,
  config: string,
): Promise<OnDisk | undefined> {
  const files: Release['files'][number][] = []
  const sources = new Map<string, string>()
  const take = async (source: string, target: string, depth: number): Promise<void> => {
    if (files.length >= most.files || depth > most.depth || !isThere(source)) return
    const found = await lstat(source)
    if (found.isFile()) {
      files.push({ path: target, content: Buffer.from(await readPlain(source, most.bytes)) })
      sources.set(target, source)
    }
    if (!found.isDirectory()) return
    for (const name of (await readdir(source)).sort())
      await take(join(source, name), posix.join(target, name), depth + 1)
  }
  try {
    const folder = posix.dirname(config)
    for (const mount of mounts) {
      const isNear = `${mount.target}/`.startsWith(`${folder}/`) || `${folder}/`.startsWith(`${mount.target}/`)
      if (mount.kind === 'bind' && isNear && mount.target !== '/') await take(mount.source, mount.target, 0)
    }
    if (!files.some(({ path }) => path === config)) return undefined
    const release = { name: `${proxy.service} on disk`, hash: '', files, layout: { config } }
    return { release, handlings: handlingsOf(configurationOf(release), Object.keys(upstreams)), sources }
  } catch {
    // What it really has is read once it is up, and a mistake in it told then.
    return undefined
  }
}
