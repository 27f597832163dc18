import { BadgatewayError } from '../../kit/errors.ts'
import type { CommandIo } from '../io.ts'

/**
 * Says what is going to be touched, and resolves when somebody has agreed to it: by `--yes`, or at the terminal. USAGE
 * (exit code 64) when nobody has. `words`: whole lines, inert.
 */
export async function agreedTo(words: string, yes: boolean, io: Pick<CommandIo, 'err' | 'ask'>): Promise<void> {
  io.err(words)
  if (yes) return
  if (!io.ask) {
    const message = 'This needs an agreement, and there is no terminal to ask at'
    throw new BadgatewayError('USAGE', message, 'Nothing was touched. --yes agrees to it.')
  }
  const answer = await io.ask('May it? Type yes: ')
  if (/^y(es)?$/i.test(answer.trim())) return
  throw new BadgatewayError('USAGE', 'It was not agreed to', 'Nothing was touched.')
}
