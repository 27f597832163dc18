import { dirname, resolve } from 'node:path'
import type { Sharing, Stranger } from '../../check/index.ts'
import type { Made } from '../../drift/index.ts'
import { hashOf } from '../../journal/index.ts'
import { timesFor } from '../shards/share.ts'
import type { Playing } from './playing.ts'

/** Which part of the whole check this is, if it is one. USAGE where times cannot be read. */
export async function sharingOf(
  stranger: Stranger,
  { asked: { share, times, repeats, monitoring }, flags, io }: Pick<Playing, 'asked' | 'flags' | 'io'>,
  made: Made,
): Promise<Sharing | undefined> {
  if (!share) return undefined
  return {
    share,
    times: await timesFor({ file: flags.times, kept: resolve(io.cwd, flags.out, 'check'), cwd: io.cwd }),
    options: { made: { ...made }, times, repeats, monitoring: monitoring ?? null },
    configuration: configurationHashOf(stranger),
  }
}

/** Of the files that say what the stack is, wherever its folder lies. */
function configurationHashOf({ file, project, compose, onDisk, rules }: Stranger): string {
  const { services, volumes, networks } = compose
  const parts = {
    project,
    compose: { services, volumes, networks },
    proxy: onDisk?.release.files.map(({ path, content }) => [path, content?.toString('base64')]),
    rules: rules?.files,
  }
  return hashOf(JSON.stringify(parts).replaceAll(JSON.stringify(dirname(file)).slice(1, -1), '.'))
}
