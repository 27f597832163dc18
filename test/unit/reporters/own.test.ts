import { expect, test } from 'vitest'
import { defineReporter, type ReporterKind } from '../../../src/index.ts'
import { htmlReporter } from '../../../src/reporters/html/report.ts'
import { ownFiles } from '../../../src/reporters/own.ts'
import { sampleRun } from './hostile.ts'

/** As plain JavaScript may do it, where no type says what is to be told. */
const telling = (told: unknown): ReporterKind =>
  defineReporter({ kind: 'mine', about: 'x', tell: () => told as ReturnType<NonNullable<ReporterKind['tell']>> })

test.each([
  ['nothing at all', undefined],
  ['no parts', { title: 'Mine', lead: '' }],
  ['a part of another kind', { title: 'Mine', lead: '', parts: [{ is: 'picture', head: 'x' }] }],
  [
    'cells that are figures',
    { title: 'Mine', lead: '', parts: [{ is: 'table', head: '', caption: '', columns: ['a'], rows: [[7]] }] },
  ],
  ['what is still to come', Promise.resolve({ title: 'Mine', lead: '', parts: [] })],
])('a reporter that tells %s takes no report of ours with it', async (_, told) => {
  const variants = sampleRun().variants.map((variant) => ({ ...variant, own: [telling(told)] }))
  const failed = "The reporter 'mine' failed: what it tells has another shape"
  expect((await htmlReporter.write({ variants })).replaceAll('&#39;', "'")).toContain(failed)
  const [page] = ownFiles({ variants })
  expect(page?.file).toBe('mine.md')
  expect(await page?.write()).toContain('what it tells has another shape')
})
