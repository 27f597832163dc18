import type { Evidence } from '../../kit/json.ts'
import type { MeasureAct, Scene } from '../../stack/index.ts'
import { imageOf } from '../rolling.ts'
import { highestOf } from '../scale.ts'
import { loadTestGate } from './load-test.ts'

/**
 * A spike as one server would meet it, for so long that a leak shows; half a minute of it would be too slow a pipeline.
 */
const spike = { connections: 60, ratePerS: 200, seconds: 3 } as const
/** A healthy one that warms up keeps some 5 MB of its first thousand requests. */
const budgets = { failedShare: 0.01, p99Ms: 1_000, mbPerThousandRequests: 25 } as const

/**
 * The pipeline's load test of a backend's release: a server of it is started beside the others, where no user is sent,
 * and
 * pressed like in a spike. What runs already is pressed in the same way, and told beside it: a test that nothing passes
 * says nothing.
 */
export async function tryRelease(
  scene: Scene,
  { role, release, running }: { role: string; release: string; running: string },
): Promise<MeasureAct> {
  const started = scene.clock.now()
  const known = release === running ? undefined : await pressOne(scene, role, running)
  const candidate = await pressOne(scene, role, release)
  const evidence: Evidence = { release, candidate: candidate.evidence, running: known?.evidence ?? null }
  const beside = known === undefined ? '' : `; ${running}, which runs now: ${known.because}`
  const because = `release ${release}: ${candidate.because}${beside}`
  const tookMs = scene.clock.now() - started
  return { ...candidate, because, tookMs, evidence }
}

async function pressOne(scene: Scene, role: string, release: string): Promise<MeasureAct> {
  const { stack } = scene
  const image = imageOf(scene, release)
  const made = await stack.addBackend(role, highestOf(stack.servers(role)) + 1, { image })
  await scene.registerUndo(
    { verb: 'remove-container', container: made.containerId },
    `remove the candidate ${made.name}`,
  )
  try {
    return await loadTestGate(scene, made, spike, budgets)
  } finally {
    await stack.remove(made.name)
  }
}
