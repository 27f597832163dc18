import type { SurveyFacts } from './facts.ts'
import type { ProjectInput } from './schema.ts'

/** One value of the file, how it was found, and whether it could be otherwise. */
export interface Understood {
  /** Where in the file, `upstreams.api.health`. */
  readonly path: readonly string[]
  readonly guessed: boolean
  /** In words: `server api-1:3000 in /etc/nginx/conf.d/shop.conf:4`. */
  readonly because: string
}

/** What was understood of a stranger's stack. */
export interface Survey {
  /** What badgateway.yaml would hold; absent: a question is open that must be answered first. */
  readonly project?: ProjectInput
  /** Where each value comes from. */
  readonly understood: readonly Understood[]
  /** What only the user can answer, each one sentence and what to type. */
  readonly questions: readonly string[]
  /** Upstreams that are no container of the project: never touched. */
  readonly outside: readonly { readonly address: string; readonly because: string }[]
}

export function surveyOf(_facts: SurveyFacts): Survey {
  throw new RangeError('unfinished')
}
