import { guideStep } from './_check.ts'
import { runbookReporter } from './_matrix.ts'

/** What the scenarios of this guide bring along. */
export const kinds = [guideStep, runbookReporter] as const
