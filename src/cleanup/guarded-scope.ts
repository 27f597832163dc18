import { randomBytes } from 'node:crypto'
import { type Engine, removeAllOf, runLabels } from '../engine/index.ts'
import { asBadgatewayError, BadgatewayError, reasonOf } from '../kit/errors.ts'
import { type Guard, startGuard } from './guard.ts'
import { forgetScope, makeScopeFolder } from './scope-folder.ts'

/** A stack that belongs to no run wears these, and is guarded all the same. */
export interface GuardedScope {
  readonly runId: string
  readonly labels: Record<string, string>
  /**
   * Removes everything that was made in it; what cannot be removed is left to the guard, and rejects. GUARD_FAILED when
   * nothing is left, and the guard had gone before its time: nobody would have cleaned up.
   */
  close(): Promise<void>
  /** Sends the guard home and leaves all that was made: the next sweep removes it. */
  leave(): Promise<void>
}

/** A process that is killed before its scope is closed leaves nothing behind. GUARD_FAILED when there is no guard. */
export async function openScope(
  { docker, dockerHost, certPath }: Pick<Engine, 'docker' | 'dockerHost' | 'certPath'>,
  start: (options: Parameters<typeof startGuard>[0]) => Promise<Pick<Guard, 'abandon' | 'clean'>> = startGuard,
): Promise<GuardedScope> {
  const journalFile = makeScopeFolder()
  const runId = randomBytes(5).toString('hex')
  const tls = certPath === undefined ? {} : { certPath }
  const labels = runLabels({ runId, journalFile })
  const guard = await start({ runId, journalFile, dockerHost, ...tls }).catch((thrown: unknown) => {
    forgetScope(journalFile)
    throw thrown
  })
  const close = async () => {
    // The guard goes on with what is left, and removes the folder when it is through: its record lies there.
    await removeAllOf(docker, labels).catch((thrown: unknown) => {
      guard.abandon()
      throw thrown
    })
    // Nothing is left, so the folder goes whatever became of the guard.
    await guard.clean().finally(() => forgetScope(journalFile))
  }
  return { runId, labels, close, leave: () => guard.clean() }
}

/** Does work in a scope of its own, which is closed whatever becomes of it; both failures are told. */
export async function inScope<T>(
  engine: Parameters<typeof openScope>[0],
  work: (scope: GuardedScope) => Promise<T>,
): Promise<T> {
  const scope = await openScope(engine)
  return await closing(scope, work(scope))
}

/** What the work gives, when the scope is closed. */
export async function closing<T>(scope: Pick<GuardedScope, 'close'>, work: Promise<T>): Promise<T> {
  const [done] = await Promise.allSettled([work])
  const [closed] = await Promise.allSettled([scope.close()])
  if (closed.status === 'rejected') {
    if (done.status === 'fulfilled') throw closed.reason
    const { code, message, hint } = asBadgatewayError(closed.reason)
    throw new BadgatewayError(code, `${message}. Before that: ${reasonOf(done.reason)}`, hint, { cause: done.reason })
  }
  if (done.status === 'rejected') throw done.reason
  return done.value
}
