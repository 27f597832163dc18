import type { NewFact } from '../journal/index.ts'
import { type Clock, onTheBeat } from '../kit/clock.ts'
import type { Server, Stack } from '../stack/index.ts'

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
type Seen = Omit<Look, 'kind'>

/**
 * Asks every server directly how it is, past the proxy, once a second until the signal: whoever is there at
 * that moment, for servers come and go. A look that the agent could not take is no fact.
 */
export function watchBackends({ stack, clock, write, toT, signal }: Wiring): void {
  void onTheBeat({ everyMs: () => lookEveryMs, clock, signal }, async () => {
    const seen = await lookAt(stack, clock, () => toT(clock.wall()))
    if (seen && !signal.aborted) write({ kind: 'backends-seen', ...seen })
  })
}

/** Undefined: nobody was asked, for the agent does not work, or there is nobody to ask. */
async function lookAt(stack: Stack, clock: Clock, now: () => number): Promise<Seen | undefined> {
  const backends = stack.servers()
  const [first] = backends
  if (!first) return undefined
  const firstT = now()
  const looks = await Promise.all(backends.map((one) => asked(clock, one)))
  // A machine that stood still for a moment looks like a server that hangs, once. What is seen then dates from then.
  const fromT = looks.some(({ silent }) => silent) ? now() : firstT
  const second = async (look: Asked) => (look.silent ? await asked(clock, look.service) : look)
  const ill = (await Promise.all(looks.map(second))).flatMap(({ service: { name: service }, because }) => {
    return because === undefined ? [] : [{ service, because }]
  })
  const well = backends.map(({ name }) => name).filter((name) => ill.every(({ service }) => service !== name))
  if (well.length === 0 && !(await isThere(stack, first))) return undefined
  return { fromT, well, ill }
}

interface Asked {
  service: Server
  /** Undefined: it is well. */
  because: string | undefined
  /** It said nothing within its limit. */
  silent: boolean
}

async function asked(clock: Clock, service: Server): Promise<Asked> {
  const began = clock.now()
  const { well, answered, because } = await service.look({ timeoutMs: limitMs })
  if (well) return { service, because: undefined, silent: false }
  return { service, because: because.slice(0, reasonLimit), silent: !answered && clock.now() - began >= limitMs }
}

/** Does the agent work? It tells what is unreachable, and throws only when it cannot do its own part. */
async function isThere({ agent }: Stack, { host, port }: Server): Promise<boolean> {
  const target = { host, port, timeoutMs: limitMs }
  return await agent.reach(target).then(
    () => true,
    () => false,
  )
}
