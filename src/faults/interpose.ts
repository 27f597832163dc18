import { z } from 'zod'
import { allEnded } from '../kit/all-ended.ts'
import { lasting } from '../kit/duration.ts'
import { ownOf } from '../kit/own.ts'
import { type InterposerReport, interposerWhat, type Met } from '../protocol/index.ts'
import {
  interpose,
  type Scene,
  type Server,
  type Standing,
  sameServers,
  theseServers,
  whichServers,
} from '../stack/index.ts'
import { defineFault, observationOfAll, type WitnessObservation } from './fault.ts'
import { lookFor, showsDeed, talkWords } from './interposer-signs.ts'

/** Longer than any story; where even the guard is gone, servers are themselves again after so long. */
const defaultExpiryMs = 30 * 60_000
/** Old workers have answered what they were asked by then; what is slower is cut. */
const patientMs = 500
const cutMs = 100

/** A program of ours between the proxy and servers that are well: whatever a backend can do wrong, in any language. */
export const interposed = defineFault({
  kind: 'interpose',
  about:
    'Stands in the way of servers and does to their answers what broken backends do: late, cut, hung, wrong, slow.',
  fields: {
    /** What is done, and to which requests: `{ deed: { does: 'reset', at: 'body' }, scope: { path: '/api/' } }`. */
    what: interposerWhat,
    /** By itself it ends after so long. */
    expiresAfter: lasting.default(defaultExpiryMs),
    /** The proxy is told to connect anew: no request is cut off, and no server is out for it. */
    fresh: z.boolean().optional(),
    ...whichServers,
  },
  make: ({ what, expiresAfter, fresh, ...which }) => {
    const meant = sameServers(which)
    const standing = new Map<string, Standing>()
    return {
      inject: async (scene) => {
        const servers = theseServers(scene.stack, which)
        const standings = await allEnded(
          servers.map(async (server) => {
            const one = await interpose(scene, server, {
              what,
              expiresAfterMs: expiresAfter,
              ...(fresh ? { patientMs } : {}),
            })
            standing.set(server.name, one)
            return one
          }),
        )
        if (fresh) await connectAnew(scene)
        const names = servers.map(({ name }) => name)
        const cut = standings.reduce((sum, { begun }) => sum + begun.cut, 0)
        const tookMs = standings.map((one) => Math.round(one.tookMs))
        const open = fresh ? 'the proxy connected anew' : `${cut} open connections were cut`
        const because = `${JSON.stringify(what.deed)} at ${names.join(', ')}; ${open}`
        return { outcome: 'in-force', because, acts: [], evidence: { servers: names, ...what, cut, tookMs } }
      },
      witness: {
        name: 'what the agent is sent, byte by byte, and how long that takes',
        see: async (scene) => {
          const looks = meant(scene.stack).map((server) => {
            return look(scene, server, { what, page: pageOf(scene, server), standing: standing.get(server.name) })
          })
          const seen = await Promise.all(looks)
          const met = seen.map((one) => one.met).filter((one) => one !== undefined)
          const all = observationOfAll(seen)
          if (met.length === 0) return all
          return { ...all, met: met.reduce((sum, one) => sum + one, 0), ...writesOf(seen.flatMap(({ keys }) => keys)) }
        },
      },
    }
  },
})

/** New workers of the proxy have no connection yet; the old ones end theirs as they are answered. */
async function connectAnew({ stack, clock }: Scene): Promise<void> {
  await stack.proxy().signal('HUP')
  await clock.sleep(patientMs + cutMs)
}

/** A page that its group serves; where the description names none, the one by which it says that it is well. */
function pageOf({ stack }: Scene, { upstream }: Server): string {
  const group = ownOf(stack.description.upstreams, upstream)
  return group?.page ?? group?.health ?? '/'
}

interface Look {
  what: typeof interposerWhat._zod.output
  page: string
  standing: Standing | undefined
}

/**
 * Where only some requests are meant, one that shows nothing proves nothing: then it asks at a port of the interposer
 * where all are, and the kernel whether users' connections come to it. It only ever asks for a page.
 */
async function look(scene: Scene, server: Server, { what, page, standing }: Look): Promise<Seen> {
  const isInPart = Object.keys(what.scope).length > 0
  const port = isInPart && standing ? standing.begun.lookPort : server.port
  const { text, timeoutMs } = lookFor(what, page)
  const answer = await scene.stack.agent.talk({ host: server.address, port, text, timeoutMs })
  const shows = showsDeed(what.deed, answer)
  const words = `${server.name}: ${talkWords(answer)}`
  if (!standing) return { present: shows, because: words, keys: [] }
  // What is at work can be asked: without an answer nobody knows whether users meet it. Else it may be gone.
  const asked = <T>(answer: Promise<T>) => (shows ? answer : answer.catch(() => undefined))
  const report = await asked(standing.report())
  const redirected = isInPart ? await asked(standing.redirected()) : 0
  const cameFrom = redirected === undefined ? '; nothing is redirected' : ''
  const counted = report ? `; ${countWords(report)}` : ''
  return {
    present: shows && redirected !== undefined,
    because: `${words}${cameFrom}${counted}`,
    keys: report?.keys ?? [],
    ...(report ? { met: report.users.done } : {}),
  }
}

type Seen = WitnessObservation & Pick<InterposerReport, 'keys'>

/** By their keys, whichever of the servers they came to. */
function writesOf(keys: InterposerReport['keys']): Pick<WitnessObservation, 'writes'> {
  const times = new Map<string, number>()
  for (const [key, often] of keys) times.set(key, (times.get(key) ?? 0) + often)
  const twice = [...times.values()].filter((often) => often > 1).length
  return times.size === 0 ? {} : { writes: { reached: times.size, twice } }
}

const metWords = ({ arrived, matched, done }: Met) => `${arrived} arrived, ${matched} meant, ${done} met`

/** The busiest rows too: what was asked there says whom it met. */
function countWords({ users, rows }: InterposerReport): string {
  const most = rows.toSorted((a, b) => b.arrived - a.arrived).slice(0, 3)
  const byPath = most.map((row) => `${row.method} ${row.path}: ${metWords(row)}`)
  return `of users ${metWords(users)}${byPath.length > 0 ? ` (${byPath.join('; ')})` : ''}`
}
