import type { NewFact } from '../journal/facts.ts'
import type { Clock } from '../kit/clock.ts'
import { reasonOf } from '../kit/errors.ts'
import { ports, type Service, type Stack } from '../stack/types.ts'

const lookEveryMs = 1_000
/** A backend that takes longer to say that it is there is of no use to a user. */
const limitMs = 800
const reasonLimit = 200

interface Wiring {
  stack: Stack
  clock: Clock
  write: (fact: NewFact) => void
  /** Journal time of a wall instant. */
  toT: (wallMs: number) => number
  signal: AbortSignal
}

type Look = Extract<NewFact, { kind: 'backends-seen' }>

/**
 * Asks every web and api server directly how it is, past the proxy, once a second until the signal: whoever is there at
 * that moment, for servers come and go. A look that the agent could not take is no fact.
 */
export function watchBackends({ stack, clock, write, toT, signal }: Wiring): void {
  const lookForEver = async () => {
    while (!signal.aborted) {
      const began = clock.now()
      const fromT = toT(clock.wall())
      const seen = await lookAt(stack)
      if (signal.aborted) return
      if (seen) write({ kind: 'backends-seen', fromT, ...seen })
      await clock.sleep(Math.max(0, lookEveryMs - (clock.now() - began)), signal).catch(() => undefined)
    }
  }
  void lookForEver()
}

/** Undefined: nobody was asked, for the agent does not work, or there is nobody to ask. */
async function lookAt(stack: Stack): Promise<Omit<Look, 'kind' | 'fromT'> | undefined> {
  const backends = stack.services.filter(({ role }) => role === 'web' || role === 'api')
  const [first] = backends
  if (!first) return undefined
  const looks = await Promise.all(backends.map((one) => illnessOf(stack, one)))
  const ill = looks.filter((look) => look !== undefined)
  const well = backends.map(({ name }) => name).filter((name) => ill.every(({ service }) => service !== name))
  if (well.length === 0 && !(await isThere(stack, first))) return undefined
  return { well, ill }
}

async function illnessOf({ agent }: Stack, { name }: Service): Promise<Look['ill'][number] | undefined> {
  try {
    const request = { host: name, port: ports.site, path: '/healthz', timeoutMs: limitMs }
    const { status } = await agent.forward(request)
    return status === 200 ? undefined : { service: name, because: `status ${status}` }
  } catch (thrown) {
    return { service: name, because: reasonOf(thrown).slice(0, reasonLimit) }
  }
}

/** Does the agent work? It tells what is unreachable, and throws only when it cannot do its own part. */
async function isThere({ agent }: Stack, { name }: Service): Promise<boolean> {
  const target = { host: name, port: ports.site, timeoutMs: limitMs }
  return await agent.reach(target).then(
    () => true,
    () => false,
  )
}
