import { join } from 'node:path'
import { variantLayout } from '../../journal/index.ts'
import { entriesOf, isThere } from '../../kit/files.ts'

/** The folder of `runs/check/TIME/again/VARIANT` may be named, or the one around it. */
const deepest = 5

/** The folders below this one, or itself, that hold one play each, in the order of their names. No link is followed. */
export async function foldersOfPlays(folder: string, depth = 0): Promise<string[]> {
  if (isThere(variantLayout(folder).journal)) return [folder]
  if (depth >= deepest) return []
  const inside = (await entriesOf(folder)).filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const found: string[] = []
  for (const name of inside.sort()) found.push(...(await foldersOfPlays(join(folder, name), depth + 1)))
  return found
}
