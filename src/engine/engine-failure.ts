import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { defaultSocket, type EngineAddress } from './engine-address.ts'

/** The engine has this long to give its first answer; a slow one (5 s a call) still works. */
export const firstAnswerMs = 8_000

const absences: readonly string[] = ['no such file', 'nothing listens there']

/** Cause of an ENGINE_UNREACHABLE that no one's wish (DOCKER_HOST, a context) and no one's refusal is behind. */
class Deserted extends Error {}

/** An address at which no engine was found, and what was thrown there. */
export interface Failure {
  address: EngineAddress
  thrown: unknown
}

/**
 * True for ENGINE_UNREACHABLE when nothing listens at any of the default sockets: installing or starting one would
 * help.
 */
export function isNobodyThere(thrown: unknown): boolean {
  return thrown instanceof BadgatewayError && thrown.cause instanceof Deserted
}

/** ENGINE_UNREACHABLE that tells where no engine was found, and why. */
export function unreachable(failures: readonly Failure[]): BadgatewayError {
  const told = failures.map(({ address, thrown }) => ({ address, thrown, why: why(thrown) }))
  const telling = told.filter(({ why }) => why !== 'no such file')
  const places = (telling.length > 0 ? telling : told.slice(0, 1)).map(({ address, why }) => `${address.uri} (${why})`)
  const denied = told.some(({ why }) => why === 'permission denied')
  const cause = told[0]?.thrown
  const deserted = told.every(({ address, why }) => address.from === defaultSocket && absences.includes(why))
  const from = told[0]?.address.from ?? defaultSocket
  return new BadgatewayError(
    'ENGINE_UNREACHABLE',
    `No Docker engine answers at ${places.join(', ')}${from === defaultSocket ? '' : `, named by ${from}`}`,
    hintFor(denied, from),
    { cause: deserted ? new Deserted('nothing listens', { cause }) : cause },
  )
}

function hintFor(denied: boolean, from: string): string {
  if (denied) return 'Join the group docker and log in again, use rootless Docker, or become root.'
  if (from !== defaultSocket) return `Start that engine, or name another one than ${from} does.`
  return 'Start Docker or set DOCKER_HOST. On Debian and Ubuntu, as root, `badgateway setup` installs and starts it.'
}

function why(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  if (code === 'ENOENT') return 'no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied'
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (code === 'ENGINE_CALL_FAILED') return `no answer within ${firstAnswerMs / 1000} s`
  return reasonOf(thrown).trim()
}
