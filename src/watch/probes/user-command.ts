import { type CommandPlace, commandWords, type Programs, runUserCommand } from '../../stack/index.ts'
import { type AnyProbeKind, defineProbe } from '../probe.ts'

/** A command of the user's that looks. */
export interface UserProbe {
  readonly name: string
  readonly run: Programs
  /** First lines of its output that are findings; absent: its exit code is. */
  readonly finds?: readonly string[] | undefined
}

/** Said where the first line is none of those that were named. */
const somethingElse = 'something else'

/** What it finds is `exit code N`, or one of the first lines that the user names. */
export function userProbe({ name, run, finds }: UserProbe, place: CommandPlace): AnyProbeKind {
  return defineProbe({
    kind: name,
    about: `Runs ${commandWords(run)}`,
    fields: {},
    finds: finds ? [...finds, somethingElse] : [/^exit code \d{1,3}$/],
    make: () => ({
      look: async ({ stack }) => {
        const { code, first, words, output } = await runUserCommand(stack, place, run)
        if (code === null || code > 125) throw new Error(`it could not look: ${words}`)
        const finding = finds ? (finds.find((one) => one === first) ?? somethingElse) : `exit code ${code}`
        const because = first === '' || words.endsWith(`: ${first}`) ? words : `${words}; it began with: ${first}`
        return { finding, because, evidence: { code, output } }
      },
    }),
  })
}
