import { dirname } from 'node:path'
import { hashOf } from '../journal/index.ts'
import type { Stranger } from './stranger.ts'

/** Of the files that say what the stack is, wherever its folder lies. */
export function configurationHashOf({ file, project, compose, onDisk, rules }: Stranger): string {
  const { services, volumes, networks } = compose
  const parts = {
    project,
    compose: { services, volumes, networks },
    proxy: onDisk?.release.files.map(({ path, content }) => [path, content?.toString('base64')]),
    rules: rules?.files,
  }
  return hashOf(JSON.stringify(parts).replaceAll(JSON.stringify(dirname(file)).slice(1, -1), '.'))
}
