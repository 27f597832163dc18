import * as z from 'zod/mini'
import { behaviour } from '../behaviour.ts'
import { writeRaw } from '../exchange.ts'

const bytes = z.int().check(z.nonnegative(), z.lte(16 * 1_048_576))

/** Promises `declaredBytes` of body, sends `sentBytes`, then closes, resets, or stalls for ever. */
export const truncatedBody = behaviour(
  'truncated-body',
  {
    declaredBytes: z.optional(bytes),
    sentBytes: z.optional(bytes),
    ending: z.optional(z.enum(['close', 'reset', 'stall'])),
    chunked: z.optional(z.boolean()),
  },
  {
    act: ({ declaredBytes = 100, sentBytes = 50, ending = 'close', chunked = false }, exchange) => {
      exchange.request.resume()
      const part = 'x'.repeat(sentBytes)
      const length = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${declaredBytes}`
      const body = chunked ? `${declaredBytes.toString(16)}\r\n${part}` : part
      writeRaw(exchange, ['HTTP/1.1 200 OK', 'Content-Type: text/plain', length], body)
      if (ending === 'close') exchange.socket.end()
      if (ending === 'reset') setImmediate(() => exchange.socket.resetAndDestroy())
      return 'done'
    },
  },
)
