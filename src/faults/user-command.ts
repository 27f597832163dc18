import {
  type CommandPlace,
  commandWords,
  type Programs,
  promiseUndo,
  runUserCommand,
  runUserDeed,
} from '../stack/index.ts'
import { type AnyFaultKind, defineFault } from './fault.ts'

/** A command of the user's that breaks something. */
export interface UserFault {
  readonly name: string
  readonly run: Programs
  /** Takes it back; run as often as need be. */
  readonly undo: Programs
  /** Exit code 0: it is there; 1: it is not. */
  readonly witness: Programs
}

/** The fault that a user's commands are: its undo is promised before it is run; only its witness says it is there. */
export function userFault({ name, run, undo, witness }: UserFault, place: CommandPlace): AnyFaultKind {
  return defineFault({
    kind: name,
    about: `Runs ${commandWords(run)}`,
    fields: {},
    make: () => ({
      inject: async ({ stack, registerUndo, signal, clock }) => {
        await promiseUndo({ stack, registerUndo }, place, undo)
        const { code, words, evidence } = await runUserDeed(stack, place, run, { signal, clock })
        return { outcome: code === 0 ? 'in-force' : 'rejected', because: words, acts: [], evidence }
      },
      witness: {
        name: commandWords(witness),
        see: async ({ stack, signal }) => {
          const { code, words } = await runUserCommand(stack, place, witness, signal)
          if (code === 0 || code === 1) return { present: code === 0, because: words }
          throw new Error(`its witness says neither 0 (there) nor 1 (not there): ${words}`)
        },
      },
    }),
  })
}
