import { resolve } from 'node:path'
import { configurationHashOf, type Sharing, type Stranger } from '../../check/index.ts'
import type { Made } from '../../drift/index.ts'
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
