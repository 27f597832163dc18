import type { FaultSpec } from '../../../src/faults/index.ts'
import type { Undo } from '../../../src/kit/undo.ts'
import type { RemedySpec } from '../../../src/remedies/index.ts'
import { type MemoryScene, memoryScene } from '../fake-memory.ts'
import { type ServerScene, serverScene } from '../fake-servers.ts'
import type { FakeScene } from '../fake-stack.ts'
import { patchableScene } from '../patchable.ts'
import type { Ground } from './ground.ts'

/** A fake stack that can be harmed in the way that this is about. */
export async function fakeGround({ kind }: Pick<FaultSpec | RemedySpec, 'kind'>): Promise<Ground> {
  if (kind === 'memory-overload') return memoryGround()
  return kind === 'patch-proxy' ? await patchGround() : serverGround()
}

// A fake proxy counts as if users were there, and a fake memory fills by being looked at.
const knock = () => Promise.resolve()

export function serverGround(): Ground {
  let scene: ServerScene | undefined
  return {
    scene: (measures = []) => {
      scene ??= serverScene(measures)
      return scene
    },
    knock,
    undoAll: () => Promise.resolve(void scene?.undoAll()),
  }
}

function memoryGround(): Ground {
  const scene = memoryScene()
  return { scene: () => scene, knock, undoAll: () => Promise.resolve(undoMemory(scene)) }
}

function undoMemory({ memory, promised }: MemoryScene): void {
  for (const { undo } of promised.splice(0).reverse()) {
    if (undo.verb === 'restart') memory.start()
    else if (undo.verb === 'write-files') {
      for (const { path, content } of undo.files) memory.files.set(path, Buffer.from(content ?? '', 'base64'))
    } else throw new Error(`the fake cannot ${undo.verb}`)
  }
}

async function patchGround(): Promise<Ground> {
  const scene = await patchableScene({ versions: ['1.26.3', '1.22.1'] })
  return { scene: () => scene, knock, undoAll: () => Promise.resolve(undoPatch(scene)) }
}

/** The old container comes back in the place of the one that goes. */
function undoPatch({ promised, stack }: FakeScene): void {
  if (promised.length === 0) return
  const verbs: Undo['verb'][] = promised.splice(0).map(({ undo }) => undo.verb)
  if (verbs.includes('start') && verbs.includes('remove-container')) stack.replaced.length = 0
  else throw new Error(`the fake cannot ${verbs.join(', ')}`)
}
