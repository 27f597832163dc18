import { z } from 'zod'
import { factsOf } from '../../journal/index.ts'
import { type DataBounds, dataBounds, keptBy } from '../../kit/data/data-kept.ts'
import { defineCheck, fail, inconclusive, pass } from '../check.ts'

export const dataKept = defineCheck({
  kind: 'data-kept',
  about: 'behaviour',
  time: 'none',
  asks: 'Once all users had gone: does the data say what it must, with each write of theirs in it?',
  fields: { data: z.string().max(60), ...dataBounds },
  title: ({ data, ...bounds }) => `${data}: ${boundWords(bounds)}`,
  judge: ({ facts }, { data, ...bounds }) => {
    const seen = factsOf(facts, 'data-seen').findLast((one) => one.data === data)
    if (!seen) return inconclusive('it was not read')
    const { kept, because } = keptBy(seen, bounds)
    const said = seen.because === '' ? because : `${because} (${seen.because})`
    if (kept === null) return inconclusive(said, [seen.n])
    return kept ? pass(said, [seen.n]) : fail(said, [seen.n])
  },
})

const boundWords = ({ is, least, most }: DataBounds) =>
  [
    is === undefined ? '' : `equals ${is}`,
    least === undefined ? '' : `at least ${least}`,
    most === undefined ? '' : `at most ${most}`,
  ]
    .filter(Boolean)
    .join(', ')
