import { z } from 'zod'

/** What frames a request, and what tells requests apart, is ours. */
const ours = ['content-length', 'transfer-encoding', 'upgrade', 'keep-alive', 'x-request-id', 'x-user-id']

const name = z
  .string()
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'no name of a header')
  .refine((text) => !ours.includes(text.toLowerCase()), 'one that the load generator sets')

/** What a header may hold, as bytes of Latin-1. */
export const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/

const value = z
  .union([z.string(), z.number(), z.boolean()], 'no text')
  .transform(String)
  .refine((text) => headerValue.test(text), { error: 'no value of a header: one line of Latin-1', abort: true })

/** Names of headers and their values, as they are sent. */
export const headersSpec = z
  .record(name, value)
  .refine(
    (headers) => new Set(Object.keys(headers).map((one) => one.toLowerCase())).size === Object.keys(headers).length,
    'the same header twice',
  )
