import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StackSnapshot } from '../kit/stack-snapshot.ts'
import type { Engine } from './engine.ts'
import { startGuard } from './guard.ts'
import { runLabels } from './labels.ts'
import { removeAllOf } from './networks.ts'
import { type RaiseOptions, raiseStack } from './raise.ts'

/**
 * Raises a stack that nobody has used, looks at it, and removes it. Guarded like a run: whoever kills this process
 * leaves nothing behind. Rejects as raising does, or when it cannot be removed.
 */
export async function snapshotOfFresh(
  { docker, dockerHost, certPath }: Engine,
  options: Omit<RaiseOptions, 'docker' | 'runId' | 'labels'>,
): Promise<StackSnapshot> {
  const folder = await mkdtemp(join(tmpdir(), 'badgateway-look-'))
  const journalFile = join(folder, 'journal.jsonl')
  const runId = randomBytes(5).toString('hex')
  const tls = certPath === undefined ? {} : { certPath }
  const guard = await startGuard({ runId, journalFile, dockerHost, ...tls })
  try {
    const stack = await raiseStack({ ...options, docker, runId, labels: runLabels({ runId, journalFile }) })
    return await stack.snapshot()
  } finally {
    await removeAllOf(docker, runId).catch((thrown: unknown) => {
      guard.abandon()
      throw thrown
    })
    await guard.clean()
    await rm(folder, { recursive: true, force: true })
  }
}
