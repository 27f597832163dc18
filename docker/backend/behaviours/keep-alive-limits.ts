import * as z from 'zod/mini'
import { behaviour } from '../behaviour.ts'

/**
 * How long and how often a connection may be used. `requests`: the last answer says `Connection: close`. `idleMs`:
 * closed when unused for that long. `closeOnRequest`: closed without an answer when that request on a connection
 * arrives, which is the race between a backend's idle timeout and its next request, made certain.
 */
export const keepAliveLimits = behaviour(
  'keep-alive-limits',
  {
    requests: z.optional(z.int().check(z.positive())),
    idleMs: z.optional(z.int().check(z.positive(), z.lte(600_000))),
    closeOnRequest: z.optional(z.int().check(z.gte(2))),
  },
  {
    enter: ({ requests, idleMs }, server) => {
      const before = { requests: server.maxRequestsPerSocket, idleMs: server.keepAliveTimeout }
      server.maxRequestsPerSocket = requests ?? before.requests
      server.keepAliveTimeout = idleMs ?? before.idleMs
      return () => {
        server.maxRequestsPerSocket = before.requests
        server.keepAliveTimeout = before.idleMs
      }
    },
    act: ({ closeOnRequest }, { nth, request, socket }) => {
      if (closeOnRequest === undefined || nth < closeOnRequest) return 'next'
      request.resume()
      socket.end()
      return 'done'
    },
  },
)
