import { type AddressInfo, Server as NetServer } from 'node:net'
import * as z from 'zod/mini'
import { behaviour } from '../behaviour.ts'

/**
 * Stops listening: the kernel refuses every new connection. Those that are open live on and are answered (`keep`), or
 * end when they have nothing more to answer (`end`). The control port stays.
 */
export const closedPort = behaviour(
  'closed-port',
  { connections: z.optional(z.enum(['keep', 'end'])) },
  {
    enter: ({ connections = 'keep' }, server) => {
      const address = server.address() as AddressInfo | null
      if (address === null) return () => undefined
      // The HTTP server's own `close` would end idle connections too.
      NetServer.prototype.close.call(server)
      if (connections === 'end') server.closeIdleConnections()
      // Without a host it listens at once, so that who comes next finds it listening.
      return () => {
        server.listen({ port: address.port, backlog: 1024 })
      }
    },
    act: ({ connections = 'keep' }, { response }) => {
      if (connections === 'end') response.setHeader('connection', 'close')
      return 'next'
    },
  },
)
