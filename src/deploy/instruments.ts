import { type EditedFile, instrument, releaseIn, uninstrument } from '../nginx/index.ts'
import type { FileContent, Release } from '../stack/index.ts'
import { configurationOf } from './edited.ts'

type Files = Pick<Release, 'files' | 'layout'>

type Written = Pick<Release, 'files' | 'layout' | 'hash'>

/**
 * The files of a release as they are written into a proxy: with the instruments by which its workers say that they have
 * read it. What cannot have them is written as it is.
 */
export function writtenFiles(release: Written): readonly FileContent[] {
  const found = instrumented(release)
  return !found || 'because' in found ? release.files : replaced(release, found.files)
}

/** Why nobody could tell whether workers have read it; undefined: they say so, or Nginx refuses it anyway. */
export function untold(release: Written): string | undefined {
  const found = instrumented(release)
  if (!found || !('because' in found)) return undefined
  return configurationOf(release).unread.some(({ kind }) => kind === 'refused') ? undefined : found.because
}

function instrumented(release: Written): ReturnType<typeof instrument> | undefined {
  const { instruments } = release.layout ?? {}
  if (!instruments) return undefined
  const given = { ...instruments, release: release.hash, isDraft: true, isWhole: true }
  return instrument(configurationOf(release), given)
}

/** The same files as they are reviewed, and what their instruments say that they are; undefined: they have none. */
export function reviewedFiles(written: Files): { files: readonly FileContent[]; release?: string | undefined } {
  if (!written.layout?.instruments) return { files: written.files }
  const configuration = configurationOf(written)
  return { files: replaced(written, uninstrument(configuration)), release: releaseIn(configuration) }
}

function replaced({ files, layout }: Files, edited: readonly EditedFile[]): readonly FileContent[] {
  const texts = new Map(edited.map(({ path, after }) => [layout?.links?.get(path) ?? path, after]))
  return files.map((file) => {
    const text = texts.get(file.path)
    return text === undefined ? file : { path: file.path, content: Buffer.from(text) }
  })
}
