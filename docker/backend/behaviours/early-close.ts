import * as z from 'zod/mini'
import { behaviour } from '../behaviour.ts'

/** Closes the connection in order (FIN) without an answer, or after half of its header. */
export const earlyClose = behaviour(
  'early-close',
  { after: z.optional(z.enum(['request', 'half-header'])) },
  {
    act: ({ after = 'request' }, { request, socket }) => {
      // Closing with bytes unread would make the kernel send a reset instead.
      request.resume()
      const close = () => socket.end(after === 'half-header' ? 'HTTP/1.1 200 OK\r\nContent-Ty' : '')
      if (request.complete) close()
      else request.once('end', close)
      return 'done'
    },
  },
)
