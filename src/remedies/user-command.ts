import { type CommandPlace, commandWords, type Programs, promiseUndo, runUserDeed } from '../stack/index.ts'
import { type AnyRemedyKind, defineRemedy } from './remedy.ts'

/** A command of the user's that does something about it. */
export interface UserRemedy {
  readonly name: string
  readonly run: Programs
  /** Takes back what it changes for good; absent: it changes nothing that outlives the stack. */
  readonly undo?: Programs | undefined
}

/** Done when its exit code is 0; whatever it is, something may differ, so the witnesses of the faults look again. */
export function userRemedy({ name, run, undo }: UserRemedy, place: CommandPlace): AnyRemedyKind {
  return defineRemedy({
    kind: name,
    about: `Runs ${commandWords(run)}`,
    fields: {},
    make: () => ({
      apply: async ({ stack, registerUndo, signal, clock }) => {
        if (undo) await promiseUndo({ stack, registerUndo }, place, undo)
        const { code, words, evidence } = await runUserDeed(stack, place, run, { signal, clock })
        return { ok: code === 0, changed: true, because: words, evidence }
      },
    }),
  })
}
