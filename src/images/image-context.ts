import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { home } from '../kit/home.ts'
import { bundleProgram, entry, keptProgram } from './bundle.ts'

/** One file of a build context. */
export interface ContextFile {
  /** Relative to the context's folder, with slashes. */
  path: string
  /** 0o755 for programs, 0o644 for the rest: other bits depend on whose checkout it is. */
  mode: number
  content: Buffer
}

const program = 'app.mjs'

/**
 * What the engine gets to build the image of this folder: its files without those of .dockerignore (one path a line)
 * and without TypeScript, whose program comes as one `app.mjs`. IMAGE_BUILD_FAILED when the folder or its program is
 * broken.
 */
export async function readContext(folder: string): Promise<ContextFile[]> {
  const paths = await listFiles(folder)
  if (!paths.includes('Dockerfile')) {
    throw new BadgatewayError('IMAGE_BUILD_FAILED', `${folder}/Dockerfile is not there`, 'Is the checkout complete?')
  }
  const ignored = paths.includes('.dockerignore') ? linesOf(await readFile(join(folder, '.dockerignore'), 'utf8')) : []
  const wanted = paths.filter((path) => !isLeftOut(path, ignored))
  const bundled = paths.includes(entry) ? await bundle(folder, paths.includes(program)) : undefined
  const asTheyAre = wanted.filter((path) => !(bundled && path === program))
  const files = await Promise.all(asTheyAre.map((path) => readContextFile(folder, path)))
  if (bundled) files.push({ path: program, mode: 0o644, content: bundled })
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Twelve hex digits that change when a file, its right to be run, or one of these other strings changes. */
export function contextHash(files: readonly ContextFile[], others: readonly string[]): string {
  const hash = createHash('sha256')
  for (const { path, mode, content } of files) hash.update(`${path}\0${mode}\0${content.length}\0`).update(content)
  hash.update(JSON.stringify(others))
  return hash.digest('hex').slice(0, 12)
}

/** The context as a tar stream. */
export async function packContext(files: readonly ContextFile[]): Promise<Readable> {
  const archive = pack()
  for (const { path, mode, content } of files) archive.entry({ name: path, mode, mtime: new Date(0) }, content)
  archive.finalize()
  return Readable.from([await buffer(archive)])
}

/**
 * The images that a Dockerfile stands on, by build argument: `ARG BASE` is the Debian base, `ARG NODE_BASE` the image
 * of docker/node, and so on.
 */
export function basesOf(files: readonly ContextFile[]): { arg: string; image: string }[] {
  const dockerfile = files.find(({ path }) => path === 'Dockerfile')?.content.toString('utf8') ?? ''
  return [...dockerfile.matchAll(/^ARG ((?:([A-Z]+)_)?BASE)\s*$/gm)].map(([, arg = '', image = 'base']) => ({
    arg,
    image: image.toLowerCase(),
  }))
}

/** The published package has no esbuild but a program made beforehand. */
async function bundle(folder: string, madeBefore: boolean): Promise<Buffer | undefined> {
  try {
    // Folders from elsewhere come and go.
    return folder.startsWith(home()) ? await keptProgram(folder) : await bundleProgram(folder)
  } catch (thrown) {
    const noBundler = thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_MODULE_NOT_FOUND'
    if (noBundler && madeBefore) return undefined
    throw new BadgatewayError(
      'IMAGE_BUILD_FAILED',
      `${join(folder, entry)} could not be bundled: ${reasonOf(thrown)}`,
      noBundler ? 'Run `npm ci` in the repository.' : 'Correct the program; `npm run check` says more.',
      { cause: thrown },
    )
  }
}

async function readContextFile(folder: string, path: string): Promise<ContextFile> {
  const full = join(folder, path)
  const [content, { mode }] = await Promise.all([readFile(full), stat(full)])
  return { path, mode: mode & 0o100 ? 0o755 : 0o644, content }
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((thrown: unknown) => {
    throw new BadgatewayError('IMAGE_BUILD_FAILED', `${folder}: ${reasonOf(thrown)}`, 'Is the checkout complete?')
  })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}

function isLeftOut(path: string, ignored: readonly string[]): boolean {
  if (path.endsWith('.ts') || path === '.dockerignore') return true
  return ignored.some((name) => path === name || path.startsWith(`${name}/`))
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim().replace(/\/$/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'))
}
