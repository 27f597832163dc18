import type { NewFact } from '../../journal/index.ts'
import { type Clock, pollUntil } from '../../kit/clock.ts'
import { type DataBounds, type DataSeen, isOfWrites, keptBy } from '../../kit/data/data-kept.ts'
import { reasonOf } from '../../kit/errors.ts'
import { inert } from '../../kit/inert.ts'
import { isServed } from '../../kit/ledger.ts'
import { entryOfRequest, type LoadSpec, type UsersSpec } from '../../load/index.ts'
import { askData, type DataQuestion, type Stack } from '../../stack/index.ts'
import type { Ended } from '../loads.ts'

/** Data of somebody's that must be right once their users have gone. */
export interface DataCheck {
  readonly name: string
  readonly question: DataQuestion
  /** What must be kept; it is asked again until it is, or until its time is over. */
  readonly bounds: DataBounds
  /** Only writes to this path count; absent: all. */
  readonly writes?: string | undefined
  /** What is written may be worked on for so long after the last answer, ms. */
  readonly withinMs: number
}

interface Read {
  readonly value: string | null
  readonly because: string
}

const everyMs = 200
const longestValue = 200

/** What they say before the first user comes: those that are about writes. */
export async function readBefore(stack: Stack, checks: readonly DataCheck[]): Promise<Map<string, Read>> {
  const asked = checks.filter(({ bounds }) => isOfWrites(bounds))
  const found = await Promise.all(asked.map(async (one) => [one.name, await readNow(stack, one)] as const))
  return new Map(found)
}

async function readNow(stack: Stack, { question }: DataCheck): Promise<Read> {
  return await askData(stack, question).then(
    (value) => ({ value: inert(value, longestValue), because: '' }),
    (thrown: unknown) => ({ value: null, because: inert(reasonOf(thrown)) }),
  )
}

interface Place {
  readonly stack: Stack
  readonly clock: Clock
  readonly load: LoadSpec
  readonly before: ReadonlyMap<string, Read>
  readonly ended: readonly Ended[]
}

/** What they say now that all users have gone, a fact each. Never rejects. */
export async function readAfter(checks: readonly DataCheck[], place: Place): Promise<NewFact[]> {
  return await Promise.all(checks.map((one) => readOne(one, place)))
}

async function readOne(check: DataCheck, { stack, clock, load, before, ended }: Place): Promise<NewFact> {
  const { name, bounds, withinMs } = check
  const first = before.get(name)
  const written = writesOf(ended, load.users, check.writes)
  let last: Read = { value: null, because: 'it was not read' }
  const look = async () => {
    last = await readNow(stack, check)
    return keptBy(seenOf(first, last, written), bounds).kept === true ? true : undefined
  }
  await pollUntil(look, { withinMs, everyMs, clock })
  const because = [...new Set([first?.because, last.because, written.because])].filter(Boolean).join('; ')
  return { kind: 'data-seen', data: name, ...seenOf(first, last, written), because }
}

const seenOf = (first: Read | undefined, last: Read, { acknowledged, sent }: Written): DataSeen => {
  return { before: first?.value ?? null, after: last.value, acknowledged, sent }
}

type Written = Pick<DataSeen, 'acknowledged' | 'sent'> & { readonly because: string }

const changing: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE']

/** Each request is an entry of the mix by its number, so its class tells what became of that write. */
export function writesOf(ended: readonly Ended[], { mix, users }: UsersSpec, path: string | undefined): Written {
  const isMeant = mix.map((one) => changing.includes(one.method) && (path === undefined || one.path === path))
  const own = ended.filter(({ summary }) => summary.source === 'users')
  // Other users than were planned take other turns: then nobody can tell which requests were writes.
  if (ended.length > own.length || own.some(({ summary }) => summary.users !== users)) {
    return { acknowledged: null, sent: null, because: 'more than the usual users were there' }
  }
  const entryOf = entryOfRequest(mix, users)
  let [acknowledged, sent] = [0, 0]
  for (const { summary } of own) {
    for (let k = 0; k < summary.planned; k += 1) {
      const name = summary.classOf(k)
      if (!isMeant[entryOf(k)] || name === undefined || name === 'not_sent') continue
      sent += 1
      if (isServed(name)) acknowledged += 1
    }
  }
  return { acknowledged, sent, because: '' }
}
