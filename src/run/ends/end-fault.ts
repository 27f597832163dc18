import type { UndoStack } from '../../cleanup/index.ts'
import { reasonOf } from '../../kit/errors.ts'
import type { Scene, Stack } from '../../stack/index.ts'
import type { ActiveFault } from '../stage.ts'

interface Parts {
  readonly undo: Pick<UndoStack, 'undoFault'>
  readonly stack: Pick<Stack, 'refresh'>
  readonly releases: Scene['releases']
  /** Every fault that was in force at some time. */
  readonly inForce: readonly ActiveFault[]
}

/** How faults of a run are ended by their names: by the end that they have, and by what they promised. */
export function endFaultOf({ undo, stack, releases, inForce }: Parts): Scene['endFault'] {
  return async (name) => {
    const fault = inForce.find((one) => one.name === name)
    if (!fault) return undefined
    const failures: string[] = []
    const attempt = (what: string, work: () => Promise<unknown>) =>
      work().catch((thrown: unknown) => void failures.push(`${what}: ${reasonOf(thrown)}`))
    const { end } = fault
    if (end) await attempt(`ending ${name}`, end)
    const ended = await undo.undoFault(name)
    // A container that an undo put back has another id than the one that stood for it.
    await attempt('looking which containers there are', () => stack.refresh())
    const before = fault.releaseBefore ?? releases.good
    if (before && releases.current !== before) releases.record(before)
    return { undone: ended.undone, failures: [...failures, ...ended.failures], byItself: end !== undefined }
  }
}
