import type { FileReporter } from './reporter.ts'
import { statusOf } from './words/status.ts'

const printed = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

/** For programs: the verdict of a variant as it is, and of a run `{ status, variants: { name: Verdict } }`. */
export const verdictReporter: FileReporter = {
  name: 'verdict',
  file: 'verdict.json',
  write: (run) =>
    printed({
      status: statusOf(run),
      variants: Object.fromEntries(run.variants.map(({ verdict }) => [verdict.variant, verdict])),
    }),
  writeVariant: ({ verdict }) => printed(verdict),
}
