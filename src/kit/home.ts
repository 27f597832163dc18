import { existsSync, readFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folder of badgateway itself: the first one upwards with our package.json. */
export function home(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

/** The folder with the images' sources. */
export const dockerFolder = (): string => join(home(), 'docker')

/** The scenarios that come with badgateway: sources in the repository, built files in the package. */
export function scenariosFolder(): string {
  const built = extname(fileURLToPath(import.meta.url)) === '.js'
  return join(home(), ...(built ? ['dist'] : []), 'scenarios')
}

export function versionOf(): string {
  // No schema: whoever only wants to be told the version shall not wait for a validator to be loaded.
  const read: unknown = JSON.parse(readFileSync(join(home(), 'package.json'), 'utf8'))
  const version = typeof read === 'object' && read !== null && 'version' in read ? read.version : undefined
  return typeof version === 'string' ? version : 'unknown'
}
