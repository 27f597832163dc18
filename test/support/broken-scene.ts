import { fakeScene } from './fake-stack.ts'
import { faultFor } from './made-kinds.ts'

/** A scene in which the deploy with the wrong upstream has just gone live. */
export async function brokenScene() {
  const scene = fakeScene()
  await faultFor({ kind: 'wrong-upstream', upstreams: ['web', 'api'], service: 'proxy' }).inject(scene)
  return scene
}

/** What a user gets through the proxy now. */
export function statusOf(scene: Awaited<ReturnType<typeof brokenScene>>): number | undefined {
  return scene.stack.proxies.get('proxy')?.status('/')
}
