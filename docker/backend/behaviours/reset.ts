import * as z from 'zod/mini'
import { behaviour } from '../behaviour.ts'
import { writeRaw } from '../exchange.ts'

/** Resets the connection (RST): before the answer, after half of its header, or after half of its body. */
export const reset = behaviour(
  'reset',
  { after: z.optional(z.enum(['request', 'half-header', 'half-body'])) },
  {
    act: ({ after = 'request' }, exchange) => {
      if (after === 'half-header') exchange.socket.write('HTTP/1.1 200 OK\r\nContent-Ty')
      if (after === 'half-body') writeRaw(exchange, ['HTTP/1.1 200 OK', 'Content-Length: 100'], 'x'.repeat(50))
      // What was written must have left, or the reset throws it away.
      setImmediate(() => exchange.socket.resetAndDestroy())
      return 'done'
    },
  },
)
