import { codeQualityText } from './code-quality.ts'
import { commentText } from './comment.ts'
import { sarifText } from './sarif.ts'
import type { ToldCheck } from './told.ts'

/** Every file that a check leaves behind for CI, beside those of its run: a new one is a file and a line here. */
export const outputs: readonly { readonly file: string; readonly write: (told: ToldCheck) => string }[] = [
  { file: 'comment.md', write: (told) => commentText(told) },
  { file: 'findings.sarif', write: sarifText },
  { file: 'codequality.json', write: codeQualityText },
]

export { annotationsOf } from './annotations.ts'
export { commentText } from './comment.ts'
export type { Places, ToldCheck } from './told.ts'
