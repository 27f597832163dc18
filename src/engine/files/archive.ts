import { dirname, resolve } from 'node:path/posix'
import { buffer } from 'node:stream/consumers'
import { extract, pack } from 'tar-stream'

const sizeLimit = 16 * 1024 * 1024

/** Who may do what with a file, and whose it is. */
export interface Owned {
  mode: number
  uid: number
  gid: number
}

const ofRoot: Owned = { mode: 0o644, uid: 0, gid: 0 }

/** A tar archive with these files at these absolute paths; `owned` absent: root's, and readable for all. */
export async function packFiles(
  files: readonly { path: string; content: Buffer; owned?: Owned | undefined }[],
): Promise<Buffer> {
  const archive = pack()
  for (const { path, content, owned = ofRoot } of files) {
    archive.entry({ name: path.replace(/^\//, ''), ...owned }, content)
  }
  archive.finalize()
  return await buffer(archive)
}

/** What lies in a folder: a file, or a link to another place. */
export type Packed = { path: string } & ({ content: Buffer } | { link: string })

/** Files and links of the archive of this folder, with their paths in the container. */
export async function unpackFolder(stream: NodeJS.ReadableStream, folder: string): Promise<Packed[]> {
  const archive = extract()
  stream.pipe(archive)
  const found: Packed[] = []
  for await (const entry of archive) {
    const { type, name, size, linkname } = entry.header
    // Names begin with the folder's own.
    const path = `${folder}/${name.split('/').slice(1).join('/')}`
    if (type === 'file' && (size ?? 0) <= sizeLimit) found.push({ path, content: await buffer(entry) })
    else entry.resume()
    if (type === 'symlink' && linkname) found.push({ path, link: resolve(dirname(path), linkname) })
  }
  return found
}

/** The archive of this folder as it stands, links, owners and modes too, without what is to be left out. */
export async function repackFolder(
  stream: NodeJS.ReadableStream,
  folder: string,
  isLeftOut: (path: string) => boolean,
): Promise<Buffer> {
  const archive = extract()
  stream.pipe(archive)
  const again = pack()
  const packed = buffer(again)
  for await (const entry of archive) {
    // Names begin with the folder's own.
    const path = [folder, ...entry.header.name.split('/').slice(1)].join('/').replace(/\/$/, '')
    if (isLeftOut(path)) entry.resume()
    else again.entry(entry.header, await buffer(entry))
  }
  again.finalize()
  return await packed
}

/** Regular files of a tar stream with their contents: links and devices are passed over, sizes capped. */
export async function unpackFiles(
  stream: NodeJS.ReadableStream,
): Promise<{ name: string; content: Buffer; owned: Owned }[]> {
  const archive = extract()
  stream.pipe(archive)
  const files: { name: string; content: Buffer; owned: Owned }[] = []
  for await (const entry of archive) {
    const { type, name, size, mode = ofRoot.mode, uid = 0, gid = 0 } = entry.header
    const owned = { mode: mode & 0o7777, uid, gid }
    if (type === 'file' && (size ?? 0) <= sizeLimit) files.push({ name, content: await buffer(entry), owned })
    else entry.resume()
  }
  return files
}
