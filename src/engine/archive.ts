import { buffer } from 'node:stream/consumers'
import { extract, pack } from 'tar-stream'

const sizeLimit = 16 * 1024 * 1024

/** A tar archive with these files at these absolute paths, owned by root. */
export async function packFiles(files: readonly { path: string; content: Buffer }[]): Promise<Buffer> {
  const archive = pack()
  for (const { path, content } of files) archive.entry({ name: path.replace(/^\//, ''), mode: 0o644 }, content)
  archive.finalize()
  return await buffer(archive)
}

/** The same, with their paths in the container: the archive is that of this folder. */
export async function unpackFolder(stream: NodeJS.ReadableStream, folder: string): Promise<Packed[]> {
  const files = await unpackFiles(stream)
  // Names begin with the folder's own.
  return files.map(({ name, content }) => ({ path: `${folder}/${name.split('/').slice(1).join('/')}`, content }))
}

interface Packed {
  path: string
  content: Buffer
}

/** Regular files of a tar stream with their contents: links and devices are passed over, sizes capped. */
export async function unpackFiles(stream: NodeJS.ReadableStream): Promise<{ name: string; content: Buffer }[]> {
  const archive = extract()
  stream.pipe(archive)
  const files: { name: string; content: Buffer }[] = []
  for await (const entry of archive) {
    const { type, name, size } = entry.header
    if (type === 'file' && (size ?? 0) <= sizeLimit) files.push({ name, content: await buffer(entry) })
    else entry.resume()
  }
  return files
}
