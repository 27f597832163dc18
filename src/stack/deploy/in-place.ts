import type { Release, Scene } from '../scene.ts'
import type { Service } from '../types.ts'
import { type Deployment, promiseBack } from './pipeline.ts'
import { switchRelease } from './switch.ts'

/**
 * A change past the pipeline, as an update of the machine makes it: files are overwritten and Nginx is told to reload.
 * No measure of the pipeline sees it. The release's own name is among what is kept, so workers answer as before.
 */
export async function changeInPlace(scene: Scene, proxy: Service, changed: Release): Promise<Deployment> {
  const current = scene.releases.at(-1) ?? changed
  await promiseBack(scene, proxy, current, changed)
  const { live, because, evidence } = await switchRelease(scene, proxy, current, changed)
  if (!live) return { outcome: 'rejected', because, acts: [], evidence }
  await scene.live()
  scene.releases.push(changed)
  return { outcome: 'in-force', because, acts: [], evidence }
}
