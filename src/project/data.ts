import { z } from 'zod'
import { lasting } from '../kit/duration.ts'

const name = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'no name: lower-case words joined by -')
const path = z.string().regex(/^\/[\x21-\x7e]*$/, 'no path: begin with / and use printable ASCII')
const of = z.string().min(1).max(63).describe('Name of the dependency.')
const word = z.string().min(1).max(63)

const password = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'no name of a variable')
  .max(100)
  .optional()
  .describe('Variable in the environment of its container that holds it; absent: the usual one.')

const http = z.strictObject({
  path: path.describe('Path at the site.'),
  status: z.int().min(100).max(599).default(200).describe('With another one it cannot be read.'),
  json: z.string().min(1).max(500).optional().describe('A field of the answer, `orders.length`; absent: its body.'),
})
const sql = z.strictObject({
  of,
  query: z.string().min(1).max(10_000).describe('Gives one value. Asked by the client in the container.'),
  user: word.optional().describe('Absent: what the container itself says, else `postgres`, or who its user is.'),
  database: word.optional().describe('Absent: what the container itself says.'),
  password,
})
const redis = z.strictObject({
  of,
  command: z.array(z.string().max(10_000)).min(1).max(100).describe('`[LLEN, orders]`. Asked by `redis-cli` there.'),
  password,
})

const figure = z.union([z.number(), z.enum(['acknowledged', 'sent'])])
const bounds = ['equals', 'atLeast', 'atMost'] as const
const ways = ['http', 'sql', 'redis'] as const

const one = z
  .strictObject({
    http: http.optional().describe('What the site says.'),
    sql: sql.optional().describe('What PostgreSQL, MySQL or MariaDB says.'),
    redis: redis.optional().describe('What Redis says.'),
    equals: z
      .union([z.number(), z.string().max(1_000)])
      .optional()
      .describe('A number or a text; or `acknowledged`, `sent`: by so much it has grown since before the users came.'),
    atLeast: figure.optional().describe('`acknowledged`: no write is lost that a user had a good answer for.'),
    atMost: figure.optional().describe('`sent`: none is done twice. Who was told that it failed may have been served.'),
    writes: path.optional().describe('Only writes (POST, PUT, PATCH, DELETE) of the mix to this path; absent: all.'),
    within: lasting.prefault('5s').describe('It is read again for so long, once all users have gone.'),
  })
  .refine((given) => ways.filter((way) => given[way]).length === 1, 'exactly one of http, sql, redis is needed')
  .refine((given) => bounds.some((bound) => given[bound] !== undefined), 'it asks nothing: equals, atLeast, atMost')
  .refine(({ within }) => within <= 60_000, { path: ['within'], message: 'longer than a minute' })

/** Checks of data, by name. */
export const dataSchema = z.record(name, one).default({})
export type OwnData = z.output<typeof one>
