import type { EngineCall } from '../kit/engine-calls.ts'
import type { Engine } from './engine.ts'

/** One change of a container that this process asked the engine for. */
export interface OwnCall {
  call: EngineCall
  container: string
  /** Wall ms. */
  startedMs: number
  ok: boolean
}

/** A call as docker-modem sees it. Source: docker-modem 5, `dial`. */
interface Dialled {
  path: string
  method: string
  options?: unknown
}
type Dial = (call: Dialled, answer: (error: unknown, data: unknown) => void) => void

/** Signals that end no program of ours: they make it read its files, or stand still. */
const mild = /^(SIG)?(HUP|USR1|USR2|WINCH|CONT|STOP)$/
const plain = ['start', 'stop', 'restart', 'pause', 'unpause', 'update', 'rename'] as const

/**
 * Hears every change of a container that goes through this client, when it is answered; gives back how to stop. What
 * the engine says of a container and nothing here asked for was done by a foreign hand.
 */
export function hearOwnCalls(
  { docker }: Pick<Engine, 'docker'>,
  wall: () => number,
  onCall: (call: OwnCall) => void,
): () => void {
  const modem = docker.modem as { dial: Dial }
  const listeners = listenersOf(modem)
  const listener = { wall, onCall }
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

interface Listener {
  wall: () => number
  onCall: (call: OwnCall) => void
}

/** Runs that share a client share one ear: each of them may stop listening before the others. */
const ears = new WeakMap<object, Set<Listener>>()

function listenersOf(modem: { dial: Dial }): Set<Listener> {
  const known = ears.get(modem)
  if (known) return known
  const listeners = new Set<Listener>()
  ears.set(modem, listeners)
  const dial = modem.dial
  modem.dial = (call, answer) => {
    const change = changeOf(call)
    const begun = [...listeners].map((one) => ({ one, startedMs: one.wall() }))
    dial.call(modem, call, (error, data) => {
      // Who stopped listening meanwhile hears no more.
      for (const { one, startedMs } of begun) {
        if (change && listeners.has(one)) one.onCall({ ...change, startedMs, ok: !error })
      }
      answer(error, data)
    })
  }
  return listeners
}

function changeOf({ path, method, options }: Dialled): Pick<OwnCall, 'call' | 'container'> | undefined {
  const [, joining] = /^\/networks\/[^/?]+\/(connect|disconnect)\b/.exec(path) ?? []
  if (joining) return { call: joining === 'connect' ? joining : 'disconnect', container: textIn(options, 'Container') }
  const [, container = '', verb] = /^\/containers\/([^/?]+)(?:\/(\w+))?/.exec(path) ?? []
  if (container === '') return undefined
  if (method === 'DELETE' && verb === undefined) return { call: 'remove', container }
  if (method !== 'POST') return undefined
  if (verb === 'kill') return { call: mild.test(textIn(options, 'signal')) ? 'signal' : 'kill', container }
  const call = plain.find((one) => one === verb)
  return call && { call, container }
}

/** A text among what a call was given; empty when it was given none. */
function textIn(options: unknown, key: string): string {
  if (typeof options !== 'object' || options === null) return ''
  const value = new Map<string, unknown>(Object.entries(options)).get(key)
  return typeof value === 'string' ? value : ''
}
