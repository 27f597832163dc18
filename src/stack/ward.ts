import { randomBytes } from 'node:crypto'
import type { Engine } from './engine.ts'
import { type Guard, startGuard } from './guard.ts'
import { runLabels } from './labels.ts'
import { removeAllOf } from './networks.ts'
import { forgetWard, makeWardFolder } from './ward-folder.ts'

/** A stack that belongs to no run wears these, and is guarded all the same. */
export interface Ward {
  readonly runId: string
  readonly labels: Record<string, string>
  /** Removes everything that wears them; what cannot be removed is left to the guard, and rejects. */
  close(): Promise<void>
}

/** Whoever kills this process before the ward is closed leaves nothing behind. GUARD_FAILED when nobody would watch. */
export async function openWard(
  { docker, dockerHost, certPath }: Pick<Engine, 'docker' | 'dockerHost' | 'certPath'>,
  start: (options: Parameters<typeof startGuard>[0]) => Promise<Pick<Guard, 'abandon' | 'clean'>> = startGuard,
): Promise<Ward> {
  const journalFile = makeWardFolder()
  const runId = randomBytes(5).toString('hex')
  const tls = certPath === undefined ? {} : { certPath }
  const labels = runLabels({ runId, journalFile })
  const guard = await start({ runId, journalFile, dockerHost, ...tls }).catch((thrown: unknown) => {
    forgetWard(journalFile)
    throw thrown
  })
  const close = async () => {
    // The guard goes on with what is left, and removes the folder when it is through: its record lies there.
    await removeAllOf(docker, labels).catch((thrown: unknown) => {
      guard.abandon()
      throw thrown
    })
    // Nothing is left: a guard that is gone, or does not answer, has nothing to do any more.
    await guard.clean().catch(() => undefined)
    forgetWard(journalFile)
  }
  return { runId, labels, close }
}

/** Does work in a ward of its own, which is closed whatever becomes of it. */
export async function inWard<T>(engine: Parameters<typeof openWard>[0], work: (ward: Ward) => Promise<T>): Promise<T> {
  const ward = await openWard(engine)
  return await work(ward).finally(() => ward.close())
}
