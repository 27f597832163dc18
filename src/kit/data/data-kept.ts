import { z } from 'zod'

/** How many writes users had an answer for, and how many they sent. */
export const writeWords = ['acknowledged', 'sent'] as const
const number = z.number()
const bound = z.union([number, z.enum(writeWords)])

/** What the data must say; `acknowledged` and `sent` are about how much it has grown while users wrote. */
export const dataBounds = {
  is: z.union([number, z.string().max(1_000)]).optional(),
  least: bound.optional(),
  most: bound.optional(),
}
export type DataBounds = z.output<z.ZodObject<typeof dataBounds>>

/** What was read of it, and what users wrote in between. Null: nobody can tell. */
export interface DataSeen {
  readonly before: string | null
  readonly after: string | null
  readonly acknowledged: number | null
  readonly sent: number | null
}

/** Is it about writes, so that what was there before counts not? */
export const isOfWrites = ({ is, least, most }: DataBounds): boolean => [is, least, most].some(isWord)

const isWord = (value: unknown): value is (typeof writeWords)[number] => writeWords.some((word) => word === value)

/** Does it say what it must? Null: nobody can tell. */
export function keptBy(seen: DataSeen, bounds: DataBounds): { kept: boolean | null; because: string } {
  const { before, after, acknowledged, sent } = seen
  const ofWrites = isOfWrites(bounds)
  const written = `${acknowledged ?? '?'} of ${sent ?? '?'} writes were acknowledged`
  if (after === null) return { kept: null, because: 'it could not be read' }
  if (ofWrites && (before === null || acknowledged === null || sent === null)) {
    return { kept: null, because: 'what there was before, or what was written, is not known' }
  }
  const [now, then] = [numberIn(after), before === null ? null : numberIn(before)]
  const value = ofWrites && then !== null && now !== null ? now - then : now
  const because = ofWrites ? `it grew from ${before} to ${after}; ${written}` : `it is ${after}`
  const { is, least, most } = bounds
  const isText = typeof is === 'string' && !isWord(is)
  if (isText && after !== is) return { kept: false, because: `${because}, not ${is}` }
  const figure = (of: number | (typeof writeWords)[number]) => (typeof of === 'number' ? of : (seen[of] ?? Number.NaN))
  const asked = [is, least, most].some((one) => one !== undefined && (typeof one === 'number' || isWord(one)))
  if (asked && value === null) return { kept: false, because: `${because}, which is no number` }
  const wrong = [
    ...(is === undefined || isText || value === wanted(is, figure) ? [] : [`not ${is}`]),
    ...(least === undefined || (value ?? 0) >= figure(least) ? [] : [`less than ${least}`]),
    ...(most === undefined || (value ?? 0) <= figure(most) ? [] : [`more than ${most}`]),
  ]
  return { kept: wrong.length === 0, because: wrong.length === 0 ? because : `${because}: ${wrong.join(', ')}` }
}

const wanted = (is: number | string, figure: (of: number | (typeof writeWords)[number]) => number) =>
  typeof is === 'number' || isWord(is) ? figure(is) : Number.NaN

function numberIn(text: string): number | null {
  const found = text.trim()
  // NULL, the sum of no rows, and a key that is not there.
  if (found === '') return 0
  return /^-?\d+(\.\d+)?$/.test(found) ? Number(found) : null
}
