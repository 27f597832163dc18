import type { Server } from 'node:http'
import * as z from 'zod/mini'
import type { Exchange, Outcome } from './exchange.ts'

/** What every behaviour can be told beside its own settings. */
const common = {
  /** Share of the matching requests it applies to, spread evenly: 0.25 is every fourth. */
  share: z.optional(z.number().check(z.gt(0), z.lte(1))),
  /** Only paths that begin so. */
  path: z.optional(z.string().check(z.startsWith('/'))),
}

/** A behaviour with its settings, as the control port put it in force. */
export interface Active {
  readonly settings: unknown
  act(exchange: Exchange): Promise<Outcome> | Outcome
  /** Changes the server for as long as the behaviour is in force; gives back how to take that back. */
  enter?(server: Server): () => void
}

export interface Behaviour {
  readonly name: string
  /** Throws a zod error when the settings are no good. */
  activate(settings: unknown): Active
}

interface Definition<S> {
  act?(settings: S, exchange: Exchange): Promise<Outcome> | Outcome
  enter?(settings: S, server: Server): () => void
}

/** One behaviour of a backend: its name, the shape of its settings, and what it does to a request. */
export function behaviour<Shape extends z.core.$ZodLooseShape>(
  name: string,
  shape: Shape,
  definition: Definition<z.output<z.ZodMiniObject<Shape, z.core.$strict>>>,
): Behaviour {
  const own = z.strictObject(shape)
  return {
    name,
    activate: (given) => {
      const { share = 1, path = '/', ...rest } = z.parse(z.looseObject(common), given)
      const settings = z.parse(own, rest)
      const due = evenly(share)
      const { act, enter } = definition
      return {
        settings: given,
        act: (exchange) => (act && exchange.path.startsWith(path) && due() ? act(settings, exchange) : 'next'),
        ...(enter && { enter: (server: Server) => enter(settings, server) }),
      }
    },
  }
}

/** True for `share` of the calls, as evenly spread as can be, the first one included only when the share is 1. */
export function evenly(share: number): () => boolean {
  let calls = 0
  return () => {
    calls += 1
    return Math.floor(calls * share + 1e-9) > Math.floor((calls - 1) * share + 1e-9)
  }
}
