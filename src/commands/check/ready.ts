import { type Readied, readyFor, type Stranger } from '../../check/index.ts'
import type { Playing } from './playing.ts'

export interface Readying extends Pick<Playing, 'io' | 'signal'> {
  readonly flags: Pick<Playing['flags'], 'engineHost'>
  readonly stranger: Pick<Stranger, 'rules'>
  readonly say: (text: string) => void
}

/** What a check needs besides its stack, by the options that were typed. */
export async function readied({ stranger: { rules }, flags, io, signal, say }: Readying): Promise<Readied> {
  return await readyFor({ env: io.env, setEnv: io.setEnv, engineHost: flags.engineHost, rules, signal, say })
}
