import { pollUntil } from '../kit/clock.ts'
import type { Hearer, MeasureAct, ProxyService, Release, Scene } from '../stack/index.ts'
import type { Deployment } from './pipeline.ts'
import { registerRestore } from './register-restore.ts'
import { switchRelease } from './switch.ts'

/** For so long somebody who puts a desired state back is waited for. */
const restoreLimitMs = 8_000

/**
 * A change past the pipeline, as an update of the machine makes it: files are overwritten and Nginx is told to reload.
 * No measure of the pipeline sees it; only the desired state, where it is kept, comes back by itself. The release's own
 * name is among the files that stay, so workers answer as before.
 */
export async function changeInPlace(
  scene: Scene,
  proxy: ProxyService,
  changed: Release,
  { onLive }: Hearer = {},
): Promise<Deployment> {
  const current = scene.releases.current ?? changed
  const acted = scene.measures.has('desired-state') ? scene.driftWatcher?.nextAct() : undefined
  await registerRestore(scene, proxy, current, changed)
  const { live, because, evidence } = await switchRelease(scene, proxy, current, changed)
  if (!live) return { outcome: 'rejected', because, acts: [], evidence }
  await onLive?.()
  const act = acted && (await inTime(scene, acted))
  if (act) return { outcome: 'rolled-back', because: act.because, acts: [], evidence }
  scene.releases.record(changed)
  return { outcome: 'in-force', because, acts: [], evidence }
}

async function inTime({ clock, signal }: Scene, acted: Promise<MeasureAct>): Promise<MeasureAct | undefined> {
  let act: MeasureAct | undefined
  void acted.then((one) => {
    act = one
  })
  return await pollUntil(() => Promise.resolve(act), { withinMs: restoreLimitMs, everyMs: 20, clock, signal })
}
