import { endWords, runCommand } from '../engine/index.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { shellCommand } from '../kit/shell.ts'
import type { Undo } from '../kit/undo.ts'

type Run = Extract<Undo, { verb: 'run' }>

/**
 * Runs the command that somebody's badgateway.yaml names as the undo of their fault. Only for whoever was promised it
 * by a living harness: a journal that is found is a file of whoever wrote it, and nothing that it says is run.
 */
export async function runUndo(undo: Run, isPromised: boolean): Promise<string> {
  const { argv, cwd, vars, withinMs, hasSecrets } = undo
  const byHand = `cd ${shellCommand([cwd])} && ${shellCommand(argv)}`
  if (!isPromised) {
    const hint = 'Nothing that is found in the record of a dead run is run.'
    throw new BadgatewayError('UNDO_REFUSED', `the undo of a user's command is left to them: ${byHand}`, hint)
  }
  const end = await runCommand({ argv, cwd, vars, withinMs })
  const words = endWords(end, withinMs)
  if (end.code === 0) return `done: ${words}`
  // The guard knows no value of a secret, so it cannot mask any.
  const said = hasSecrets || end.last === '' ? '' : `: ${end.last}`
  throw new BadgatewayError('KIND_FAILED', `${byHand}: ${words}${said}`, 'Run it by hand.')
}
