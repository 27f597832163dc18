import * as z from 'zod/mini'

/** Of our own, so that taking it back touches no rule of anybody else: in each table that we change. */
export const ownChain = 'BADGATEWAY'

/** Where the program that stands in the way is in the agent's image, and where it writes what it has seen and done. */
export const interposerProgram = '/app/interpose'
export const interposerReportFile = '/tmp/interposer/report.json'

const ms = z.int().check(z.nonnegative(), z.lte(600_000))
const positiveMs = z.int().check(z.positive(), z.lte(600_000))
const bytes = z.int().check(z.positive(), z.lte(1_048_576))

/**
 * Where in an exchange something happens. `accept`: the connection is there and nothing is read from it. `request`: a
 * request has come, and the server never gets it. `headers`: the server has done its work, and the first byte of its
 * answer is not passed on. `body`: in the middle of the answer's body.
 */
export const points = ['accept', 'request', 'headers', 'body'] as const
const at = z.enum(points)

/** What of an exchange is late: all of it, its answer from the first byte on, or its answer's body. */
export const lateParts = ['request', 'first-byte', 'body'] as const

/** Answers whose header breaks the rules, each by what is wrong with it. */
export const headerForms = [
  'space-in-name',
  'nul-in-value',
  'duplicate-length',
  'length-and-chunked',
  'no-status-line',
] as const

/** What is done to an exchange that is meant. */
export const interposerDeed = z.discriminatedUnion('does', [
  z.strictObject({
    does: z.literal('latency'),
    ms: positiveMs,
    jitterMs: z._default(ms, 0),
    of: z._default(z.enum(lateParts), 'request'),
  }),
  z.strictObject({ does: z.literal('hang'), at }),
  z.strictObject({ does: z.literal('reset'), at }),
  z.strictObject({ does: z.literal('fin'), at }),
  z.strictObject({ does: z.literal('truncate'), framing: z.enum(['length', 'chunked']) }),
  z.strictObject({ does: z.literal('big-header'), bytes: z._default(bytes, 65_536) }),
  z.strictObject({ does: z.literal('invalid-header'), form: z._default(z.enum(headerForms), 'space-in-name') }),
  z.strictObject({ does: z.literal('endless-header'), everyMs: z._default(ms, 10) }),
  z.strictObject({
    does: z.literal('status'),
    code: z.int().check(
      z.gte(200),
      z.lte(599),
      z.refine((code) => ![204, 205, 304].includes(code), 'is a status without a body: the body that came stays'),
    ),
  }),
  z.strictObject({
    does: z.literal('bandwidth'),
    bytesPerS: z.int().check(z.positive(), z.lte(1_000_000_000)),
  }),
  z.strictObject({ does: z.literal('idle-close'), afterMs: ms }),
  z.strictObject({ does: z.literal('race-close'), onRequest: z._default(z.int().check(z.gte(2), z.lte(100)), 2) }),
])
export type InterposerDeed = z.output<typeof interposerDeed>
type DeedName = InterposerDeed['does']
export type DeedOf<K extends DeedName> = Extract<InterposerDeed, { does: K }>

/** What needs to know where a header ends, and so cannot be done to bytes that nobody here understands. */
const httpOnly: readonly DeedName[] = [
  'truncate',
  'big-header',
  'invalid-header',
  'endless-header',
  'status',
  'race-close',
]

/** Which exchanges are meant; absent fields leave nothing out. All of them must hold. */
export const interposerScope = z.strictObject({
  /** Begins so, e.g. `/api/`. */
  path: z.exactOptional(z.string().check(z.regex(/^\/[\x21-\x7e]{0,1023}$/, 'no path'))),
  method: z.exactOptional(z.string().check(z.regex(/^[A-Z]{1,20}$/, 'no method in capitals'))),
  /** The first so many of them, and then it is well. */
  first: z.exactOptional(z.int().check(z.positive(), z.lte(1_000_000))),
  /** The N-th, the 2N-th and so on. */
  every: z.exactOptional(z.int().check(z.positive(), z.lte(1_000_000))),
  share: z.exactOptional(z.number().check(z.positive(), z.lte(1))),
  /** Share of what: of the values of this header, so that a user is meant always or never. Absent: of requests. */
  by: z.exactOptional(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,63}$/, 'no name of a header in small letters'))),
})
export type InterposerScope = z.output<typeof interposerScope>

const speeches = ['http', 'tcp'] as const

const what = {
  deed: interposerDeed,
  scope: z._default(interposerScope, {}),
  /** `tcp`: nobody looks into the bytes, whatever they are: TLS, FastCGI, a database. */
  speaks: z._default(z.enum(speeches), 'http'),
  /** The same choice and the same jitter each time, for the same requests in the same order. */
  seed: z._default(z.int(), 1),
}

type What = z.output<z.ZodMiniObject<typeof what>>

/** Only what is understood can be told apart, or changed. */
function contradictionIn({ deed, scope, speaks }: What): string | undefined {
  const isBlind = speaks === 'tcp' || ('at' in deed && deed.at === 'accept')
  const asked = (['path', 'method', 'by'] as const).find((name) => scope[name] !== undefined)
  if (isBlind && asked) return `'${asked}' is known of requests of HTTP only, and here it is connections that are meant`
  if (scope.by !== undefined && scope.share === undefined) return "'by' says what 'share' is a share of: say both"
  if (speaks === 'http') return undefined
  if (httpOnly.includes(deed.does)) return `'${deed.does}' needs 'speaks: http'`
  return deed.does === 'latency' && deed.of === 'body' ? "a body is known of HTTP only: 'of: first-byte'" : undefined
}

/** What is to happen, as a scenario says it. */
export const interposerWhat = z.strictObject(what).check((payload) => {
  const message = contradictionIn(payload.value)
  if (message !== undefined) payload.issues.push({ code: 'custom', message, input: payload.value })
})
export type InterposerWhat = z.output<typeof interposerWhat>

const host = z.string().check(z.regex(/^[\w.:-]{1,253}$/))
const port = z.int().check(z.gte(1), z.lte(65_535))

/** All that the program is told, as its one argument. */
export const interposerWish = z.strictObject({
  ...what,
  /** Where the server listens. */
  server: z.strictObject({ host, port }),
  /** Whose requests are users': the proxies' addresses. Others', a monitor's or ours, are counted apart. */
  users: z.array(host),
  /** Connections that are open are left alone for so long, for their clients are told to connect anew; absent: not. */
  patientMs: z.optional(z.int().check(z.nonnegative(), z.lte(10_000))),
  /** By itself it ends after so long. */
  expiresAfterMs: z.int().check(z.positive(), z.lte(86_400_000)),
})
export type InterposerWish = z.output<typeof interposerWish>

const count = z.int().check(z.nonnegative())
const met = z.strictObject({ arrived: count, matched: count, done: count })
export type Met = z.output<typeof met>

/** What it has seen and done since it began. */
export const interposerReport = z.strictObject({
  state: z.enum(['in-force', 'unsupported', 'expired', 'ended']),
  /** Of `unsupported` and `ended`: why. */
  because: z.string().check(z.maxLength(1_000)),
  /** Whoever connects here is met whatever the scope says, and counted by nobody. */
  lookPort: count,
  /** Connections that were open before it, and were cut once. */
  cut: count,
  connections: z.strictObject({ taken: count, open: count, refused: count }),
  users: met,
  others: met,
  /** Of users, by method and path with its numbers and ids taken out. */
  rows: z.array(z.strictObject({ method: z.string(), path: z.string(), ...met.shape })),
  /** Idempotency keys of users' requests that were passed on to the server, and how often each; the first ones. */
  keys: z.array(z.tuple([z.string(), count])),
})
export type InterposerReport = z.output<typeof interposerReport>
