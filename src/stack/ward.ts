import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from './engine.ts'
import { startGuard } from './guard.ts'
import { runLabels } from './labels.ts'
import { removeAllOf } from './networks.ts'

/** A stack that belongs to no run wears these, and is guarded all the same. */
export interface Ward {
  readonly runId: string
  readonly labels: Record<string, string>
  /** Removes everything that wears them; what cannot be removed is left to the guard, and rejects. */
  close(): Promise<void>
}

/** Whoever kills this process before the ward is closed leaves nothing behind. GUARD_FAILED when nobody would watch. */
export async function openWard({ docker, dockerHost, certPath }: Engine): Promise<Ward> {
  const folder = await mkdtemp(join(tmpdir(), 'badgateway-ward-'))
  const journalFile = join(folder, 'journal.jsonl')
  const runId = randomBytes(5).toString('hex')
  const tls = certPath === undefined ? {} : { certPath }
  const forget = () => rm(folder, { recursive: true, force: true })
  const guard = await startGuard({ runId, journalFile, dockerHost, ...tls }).catch(async (thrown: unknown) => {
    await forget()
    throw thrown
  })
  const close = async () => {
    await removeAllOf(docker, runId).catch((thrown: unknown) => {
      guard.abandon()
      throw thrown
    })
    // A guard that is gone has nothing to do any more.
    await guard.clean().catch(() => undefined)
    await forget()
  }
  return { runId, labels: runLabels({ runId, journalFile }), close }
}
