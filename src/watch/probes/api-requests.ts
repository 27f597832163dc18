import { lasting } from '../../kit/duration.ts'
import { type Stack, upstreamName } from '../../stack/index.ts'
import { defineProbe } from '../probe.ts'

/** Reads the API's own log: does anything arrive there at all? */
export const apiRequests = defineProbe({
  kind: 'api-requests',
  about: "Counts the requests in the API servers' own logs: requests arrive, or no incoming requests.",
  finds: ['never had requests', 'no incoming requests', 'requests arrive'],
  fields: {
    /** Upstream group; absent: the last of the description. */
    role: upstreamName.optional(),
    /** How far back it looks. */
    over: lasting.default(5_000),
  },
  make: ({ role: named, over }) => ({
    look: ({ stack, logs, wall, storyStartWallMs }) => {
      const to = wall()
      const role = named ?? lastGroup(stack)
      const counts = stack.servers(role).map((service) => {
        return { service: service.name, now: logs.requestsAt(service.name, to - over, to) }
      })
      const before = stack.servers(role).reduce((sum, service) => {
        return sum + logs.requestsAt(service.name, storyStartWallMs - over, storyStartWallMs)
      }, 0)
      const now = counts.reduce((sum, one) => sum + one.now, 0)
      const because = `${now} requests logged in the last ${over / 1000} s, ${before} in as long before the story began`
      const evidence = { now, before, overMs: over, services: counts.map((one) => `${one.service} ${one.now}`) }
      // Silence only means something where there was traffic before.
      if (before === 0) return Promise.resolve({ finding: 'never had requests', because, evidence })
      return Promise.resolve({ finding: now === 0 ? 'no incoming requests' : 'requests arrive', because, evidence })
    },
  }),
})

/** Farthest from the users, by the order of the description. */
const lastGroup = ({ description }: Stack) => Object.keys(description.upstreams).at(-1)
