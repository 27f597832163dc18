import type Dockerode from 'dockerode'
import { BadgatewayError } from '../kit/errors.ts'

/** A call to the engine, as docker-modem sees it. Source: docker-modem 5, `dial`. */
interface Call {
  path: string
  method: string
  isStream?: boolean
  abortSignal?: AbortSignal
}

type Answer = (error: unknown, data: unknown) => void
type Dial = (call: Call, answer: Answer) => void

const minuteMs = 60_000

/** Calls that answer only when something else is over. Milliseconds. */
const patient: readonly { path: RegExp; limitMs: number }[] = [
  { path: /^\/containers\/[^/]+\/wait\b/, limitMs: 60 * minuteMs },
  { path: /^\/containers\/[^/]+\/(stop|restart)\b/, limitMs: 2 * minuteMs },
  { path: /^\/(build|images\/create|images\/load|images\/prune|commit)\b/, limitMs: 15 * minuteMs },
  { path: /^\/system\/df\b/, limitMs: minuteMs },
]

/**
 * Gives every call of this dockerode a limit: docker-modem has none, so an engine that accepts and never answers
 * would hold us for ever. A stream must begin within the limit and is never cut after that. ENGINE_CALL_FAILED when
 * it passes.
 *
 * @param callMs milliseconds for a common call; building, pulling, stopping and waiting have longer ones of their own.
 */
export function limitCalls(docker: Dockerode, callMs: number): Dockerode {
  const modem = docker.modem as { dial: Dial }
  const dial = modem.dial.bind(modem)
  modem.dial = (call, answer) => {
    const limitMs = patient.find(({ path }) => path.test(call.path))?.limitMs ?? callMs
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), limitMs)
    const caller = call.abortSignal
    const abortSignal = caller ? AbortSignal.any([caller, late.signal]) : late.signal
    dial({ ...call, abortSignal }, (error, data) => {
      clearTimeout(timer)
      answer(late.signal.aborted && !caller?.aborted && error ? tooLate(call, limitMs) : error, data)
    })
  }
  return docker
}

function tooLate(call: Call, limitMs: number): BadgatewayError {
  const path = call.path.split('?')[0]
  return new BadgatewayError(
    'ENGINE_CALL_FAILED',
    `The Docker engine did not answer ${call.method} ${path} within ${limitMs / 1000} s`,
    'Is the engine alive? See `badgateway doctor`, and the log of dockerd.',
  )
}
