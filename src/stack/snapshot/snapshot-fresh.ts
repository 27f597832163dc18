import { inScope } from '../../cleanup/index.ts'
import type { Engine } from '../../engine/index.ts'
import type { StackSnapshot } from '../../kit/stack-snapshot.ts'
import { type RaiseOptions, raiseStack } from '../raise/raise.ts'

/**
 * Raises a stack that nobody has used, looks at it, and removes it. Guarded like a run: whoever kills this process
 * leaves nothing behind. Rejects as raising does, or when it cannot be removed.
 */
export async function snapshotOfFresh(
  engine: Engine,
  options: Omit<RaiseOptions, 'docker' | 'runId' | 'labels'>,
): Promise<StackSnapshot> {
  return await inScope(engine, async ({ runId, labels }) => {
    const stack = await raiseStack({ ...options, docker: engine.docker, runId, labels })
    return await stack.snapshot()
  })
}
