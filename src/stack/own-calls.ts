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
  const dial = modem.dial
  const listening: Dial = (call, answer) => {
    const change = changeOf(call)
    const startedMs = wall()
    dial.call(modem, call, (error, data) => {
      if (change) onCall({ ...change, startedMs, ok: !error })
      answer(error, data)
    })
  }
  modem.dial = listening
  return () => {
    if (modem.dial === listening) modem.dial = dial
  }
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
