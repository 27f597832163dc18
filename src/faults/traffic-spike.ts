import { z } from 'zod'
import { pollUntil } from '../kit/clock.ts'
import { lasting } from '../kit/duration.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { proxyName, type Scene } from '../stack/index.ts'
import { defineFault, untilClear } from './fault.ts'

/** So often the counters are read, this far apart: long enough to count, short beside a step of a story. */
const readings = 5
const everyMs = 100
/** What the proxy's counters are given to show it. */
const shownWithinMs = 5_000
/** Real ms of one minute of the incident, unless the run says otherwise. */
const minuteMs = 1_000
/** From so many times the rate of before, or this part of its connections, on: what users do by chance is less. */
const spike = { times: 1.5, part: 1 / 2 }
/**
 * From here on it may be one, and from `surely` on it is: between them it is looked again, so often in all at most. A
 * proxy or its clients that stood still for a quarter of a second catch up at half as many requests again.
 */
const perhaps = { times: 1.1, part: 1 / 8 }
const surely = { times: 1.75, part: spike.part }
const mostLooks = 5
/** Two looks at the same users differ by chance up to so many times, or by two requests in a look. */
const agreeing = { times: 1.25, more: 5 }

const rate = z.number().min(0.001).max(100_000)

/**
 * Many more knock, and ask the proxy for nothing that is not allowed. The one fault without a promised undo: its cause
 * is a generator inside our own process, so whatever ends the run, a kill too, ends it, and nothing of it stays behind
 * in a container. What it breaks there (memory, connections) is a fault of the system, and goes with the containers.
 */
export const trafficSpike = defineFault({
  kind: 'traffic-spike',
  about: 'Many more requests at once: users at a higher rate, pressure beside them, or both; at least one of the two.',
  fields: {
    /** Takes the place of the users' rate; `users` at most load.users.pool, absent: as many as there are. */
    users: z.strictObject({ ratePerS: rate, users: z.number().int().positive().max(100_000).optional() }).optional(),
    /** Beside what there is; without a rate as fast as it is answered; without a mix what the run's load asks for. */
    pressure: z
      .strictObject({
        connections: z.number().int().positive().max(10_000),
        ratePerS: rate.optional(),
        mix: z
          .array(
            z.strictObject({
              path: z.string().startsWith('/'),
              method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE']).default('GET'),
              weight: z.number().positive().max(1_000_000).default(1),
            }),
          )
          .min(1)
          .optional(),
      })
      .optional(),
    /** How long it lasts; absent: to the end of the run. */
    for: lasting.optional(),
    /** The same in minutes of the incident, by its clock. */
    forMinutes: z
      .number()
      .positive()
      .max(24 * 60)
      .optional(),
    /** Whose counters tell. */
    service: proxyName,
  },
  needs: ['instrumented'],
  refuse: ({ users, pressure, for: lastsMs, forMinutes }, { pool }) => {
    if (!users && !pressure) return [{ path: '', what: 'it needs users, pressure, or both' }]
    if (lastsMs !== undefined && forMinutes !== undefined) {
      return [{ path: '', what: "it lasts 'for' or 'forMinutes', not both" }]
    }
    const wanted = users?.users ?? 0
    return wanted > pool ? [{ path: '', what: `${wanted} users are more than load.users.pool, ${pool}` }] : []
  },
  make: ({ users, pressure, for: lastsMs, forMinutes, service: named }) => {
    const connections = pressure?.connections ?? 0
    let calm: Counters | undefined
    return {
      inject: async (scene) => {
        const { name: service } = scene.stack.proxy(named)
        const before = await countersOf(scene, service)
        const surge = await scene.surge({ users, pressure, because: 'traffic-spike' })
        const seen = async () => {
          const now = await countersOf(scene, service)
          return isMore({ before, now }, connections, spike) ? now : undefined
        }
        const { clock, signal } = scene
        const now = await pollUntil(seen, { withinMs: shownWithinMs, everyMs: 50, clock, signal })
        if (!now) {
          await surge.end()
          const because = `the counters of ${service} did not show it within ${shownWithinMs} ms`
          return { outcome: 'rejected', because, acts: [], evidence: { before: shown(before) } }
        }
        const because = `${service} takes ${told(now)}, ${told(before)} before`
        const evidence = { before: shown(before), now: shown(now) }
        const lasts = lastingOf({ lastsMs, forMinutes }, scene.minuteMs ?? minuteMs)
        const passes = lasts ? { lasts: { ...lasts, end: () => surge.end() } } : {}
        return { outcome: 'in-force', because, acts: [], evidence, ...passes }
      },
      witness: {
        name: "the proxy's own counters (stub_status), now and when it was first looked at",
        see: async (scene) => {
          const { name: service } = scene.stack.proxy(named)
          if (!calm) {
            calm = await calmOf(scene, service)
            return { present: false, because: `${told(calm)}, which is taken for everyday use` }
          }
          const before = calm
          const look = async () => ({ before, now: await countersOf(scene, service) })
          // What is refused at once or hangs for a moment shows little of itself.
          const isUnclear = (seen: { before: Counters; now: Counters }) => {
            return !isMore(seen, connections, surely) && isMore(seen, connections, perhaps)
          }
          const seen = await untilClear(look, isUnclear, mostLooks)
          const because = `${told(seen.now)}, ${told(seen.before)} before`
          return { present: isMore(seen, connections, spike), because }
        },
      },
    }
  },
})

/** What Nginx counts of itself. */
interface Counters {
  requestsPerS: number
  /** Connections with an open request, the most in that time: kept ones that wait for the next do not count. */
  busy: number
}

const told = ({ requestsPerS, busy }: Counters) => `${Math.round(requestsPerS)} requests/s, ${busy} open`
const shown = ({ requestsPerS, busy }: Counters) => ({ requestsPerS: Math.round(requestsPerS), busy })

/**
 * More requests; or, as connections that wait for an answer send nothing more, many of the spike's own still open.
 */
function isMore(
  { before, now }: { before: Counters; now: Counters },
  connections: number,
  { times, part }: { times: number; part: number },
): boolean {
  const faster = now.requestsPerS >= Math.max(1, before.requestsPerS) * times
  return faster || (connections > 0 && now.busy - before.busy >= connections * part)
}

async function countersOf(scene: Scene, service: string): Promise<Counters> {
  const first = await readStatus(scene, service)
  // Not of the first: what is just ending is open for a moment still.
  let [last, busy] = [first, 0]
  for (let reading = 1; reading < readings; reading += 1) {
    // Not to be interrupted: the proof that it is gone does not hear the story's signal.
    await scene.clock.sleep(everyMs)
    last = await readStatus(scene, service)
    busy = Math.max(busy, last.busy)
  }
  // A proxy that was restarted between the first and the last counts from 0.
  const requests = last.requests - (last.requests < first.requests ? 0 : first.requests)
  return { requestsPerS: (requests * 1_000) / (last.atMs - first.atMs), busy }
}

/** What everyday use is, once two looks agree: a moment of standing still would make a spike of it for ever. */
async function calmOf(scene: Scene, service: string): Promise<Counters> {
  let before = await countersOf(scene, service)
  const look = async () => {
    const now = await countersOf(scene, service)
    const [less, more] = now.requestsPerS >= before.requestsPerS ? [before, now] : [now, before]
    before = now
    return { less, more }
  }
  const differ = ({ less: { requestsPerS: least }, more: { requestsPerS: most } }: Awaited<ReturnType<typeof look>>) =>
    most > Math.max(least * agreeing.times, least + agreeing.more)
  return (await untilClear(look, differ, mostLooks - 1)).more
}

async function readStatus(scene: Scene, service: string) {
  const askedMs = scene.clock.now()
  const { name: host, instrumented, ask } = scene.stack.proxy(service)
  const { body } = instrumented ? await ask(instrumented.counters, { port: instrumented.port }) : { body: '' }
  const [, reading, writing] = /^Reading:\s*(\d+)\s+Writing:\s*(\d+)/m.exec(body) ?? []
  const requests = /^\s*\d+\s+\d+\s+(\d+)\s*$/m.exec(body)?.[1]
  if (requests === undefined || writing === undefined) {
    throw new BadgatewayError(
      'AGENT_FAILED',
      `${host} does not tell its counters`,
      'Does it answer on the port that its description says?',
    )
  }
  return {
    busy: Number(reading) + Number(writing),
    requests: Number(requests),
    atMs: (askedMs + scene.clock.now()) / 2,
  }
}

/** How long it lasts, as whoever lets it pass is told; undefined: to the end of the run. */
function lastingOf(
  { lastsMs, forMinutes }: { lastsMs: number | undefined; forMinutes: number | undefined },
  scaleMs: number,
): { ms: number; onClock?: true } | undefined {
  if (forMinutes !== undefined) return { ms: forMinutes * scaleMs, onClock: true }
  return lastsMs === undefined ? undefined : { ms: lastsMs }
}
