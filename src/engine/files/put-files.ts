import { realpath, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path/posix'
import type Dockerode from 'dockerode'
import { z } from 'zod'
import { BadgatewayError } from '../../kit/errors.ts'
import { labelKeys } from '../labels.ts'
import { isGone } from '../ours.ts'
import { type Owned, packFiles } from './archive.ts'

interface Put {
  path: string
  content: Buffer
  owned?: Owned | undefined
}

interface Mount {
  Type?: string
  Source: string
  Destination: string
  RW?: boolean
}

/**
 * How files get into a container: by archive into one of its folders, or into a file of ours below a mount: the file
 * itself, or one in a folder that is mounted for reading only, where the engine puts nothing.
 */
export type Way = { folder: string; files: Put[] } | { mount: string; file: string; content: Buffer }

/** Where a link leads to goes no deeper. */
const mostLinks = 8
const told = z.object({ headers: z.object({ 'x-docker-container-path-stat': z.string() }) })
const linkTo = z.object({ linkTarget: z.string() })

/**
 * Puts these files into a container, running or not, in place of what is there; a link stays, and what it leads to is
 * changed. What is mounted from this machine is written only where it lies beside the run's journal: all else is the
 * user's. ENGINE_CALL_FAILED then, and as the engine says.
 */
export async function putFiles(container: Dockerode.Container, files: readonly Put[]): Promise<void> {
  const { Mounts: mounts, Config: config } = await container.inspect()
  const placed = await Promise.all(
    files.map(async ({ path, ...file }) => ({ ...file, path: await behindLinks(container, path) })),
  )
  const journal = config.Labels[labelKeys.journal]
  const ways = waysOf(placed, mounts, journal === undefined ? undefined : dirname(journal))
  for (const way of ways) {
    // In place: the mount is of this very file, and another one of its name would not be seen inside.
    if ('file' in way) await writeFile(await inMount(way), way.content)
    else await container.putArchive(await packFiles(way.files), { path: way.folder })
  }
}

/** Where it really lies. A folder in the user's copy may be a link, which would mean another place on this machine. */
async function inMount({ mount, file }: { mount: string; file: string }): Promise<string> {
  if (file === mount) return file
  const [folder, root] = await Promise.all([realpath(dirname(file)), realpath(mount)])
  if (folder === root || isBelow(folder, root)) return join(folder, basename(file))
  const message = `${file} is not written: a link in it leads out of ${mount}`
  throw new BadgatewayError('ENGINE_CALL_FAILED', message, 'Let that folder be one, and no link.')
}

/** How each of these gets there; one way for all that lies in the same mount. `ours`: the folder of the run. Pure. */
export function waysOf(files: readonly Put[], mounts: readonly Mount[], ours: string | undefined): Way[] {
  const folders = new Map<string, Put[]>()
  const single: Way[] = []
  for (const { path, ...file } of files) {
    const mount = mountOf(mounts, path)
    if (mount?.Type === 'bind' && !isBelow(mount.Source, ours)) throw theirs(path, mount)
    if (mount?.Type === 'tmpfs') throw inMemory(path, mount)
    const inside = mount && relative(mount.Destination, path)
    if (mount && inside !== undefined && (inside === '' || (mount.Type === 'bind' && mount.RW === false)))
      single.push({ mount: mount.Source, file: join(mount.Source, inside), content: file.content })
    else {
      // A root file system that is read-only takes what is put into a mount, when it is put there by its name.
      const folder = mount?.Destination ?? '/'
      folders.set(folder, [...(folders.get(folder) ?? []), { ...file, path: relative(folder, path) }])
    }
  }
  return [...[...folders].map(([folder, all]) => ({ folder, files: all })), ...single]
}

/** The innermost mount that the path lies in. */
export function mountOf<T extends Pick<Mount, 'Destination'>>(mounts: readonly T[], path: string): T | undefined {
  const around = mounts.filter(({ Destination: at }) => path === at || path.startsWith(at === '/' ? at : `${at}/`))
  return around.toSorted((a, b) => b.Destination.length - a.Destination.length)[0]
}

const isBelow = (path: string, folder: string | undefined) => folder !== undefined && path.startsWith(`${folder}/`)

function theirs(path: string, { Source: source, Destination: at }: Mount): BadgatewayError {
  const message = `${path} is not written: ${source} of this machine is mounted at ${at}, and is not ours`
  return new BadgatewayError('ENGINE_CALL_FAILED', message, 'Let the stack be raised from a copy.')
}

function inMemory(path: string, { Destination: at }: Mount): BadgatewayError {
  const message = `${path} is not written: it lies on the tmpfs ${at}, where the engine puts nothing`
  return new BadgatewayError('ENGINE_CALL_FAILED', message, 'Let that folder lie in a volume.')
}

/** Where a path leads, links followed within the container; the path itself when there is nothing. */
async function behindLinks(container: Dockerode.Container, path: string, left = mostLinks): Promise<string> {
  const target = await linkOf(container, path)
  if (target === undefined || left === 0) return path
  return await behindLinks(container, target.startsWith('/') ? target : join(dirname(path), target), left - 1)
}

/** Where a link leads, as the engine tells it; undefined: it is none. */
async function linkOf(container: Dockerode.Container, path: string): Promise<string | undefined> {
  try {
    const answer = await container.infoArchive({ path })
    // One that nobody reads keeps its connection, and the process, for minutes.
    if ('resume' in answer && typeof answer.resume === 'function') answer.resume()
    const { data } = told.safeParse(answer)
    if (!data) return undefined
    const stat = Buffer.from(data.headers['x-docker-container-path-stat'], 'base64').toString('utf8')
    const { linkTarget } = linkTo.parse(JSON.parse(stat))
    return linkTarget === '' || linkTarget === path ? undefined : linkTarget
  } catch (thrown) {
    if (isGone(thrown)) return undefined
    throw thrown
  }
}
