import * as z from 'zod/mini'
import { behaviour } from '../behaviour.ts'

/** Answers with this status itself, as an application does that knows it is in trouble. */
export const status = behaviour(
  'status',
  { code: z.int().check(z.gte(200), z.lte(599)), body: z.optional(z.string().check(z.maxLength(65_536))) },
  {
    act: ({ code, body = `status ${code}\n` }, { request, response }) => {
      request.resume()
      response.writeHead(code, { 'content-type': 'text/plain' }).end(code === 204 || code === 304 ? undefined : body)
      return 'done'
    },
  },
)
