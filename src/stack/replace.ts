import type { Scene } from './scene.ts'
import type { Service, ServiceChange } from './types.ts'

/**
 * A service's container makes room for another one of the same name and address. The old one is only stopped, so that
 * it can come back: both ways back are on record, the removal of the new one first.
 */
export async function replaceService(scene: Scene, name: string, change: ServiceChange): Promise<Service> {
  const old = scene.stack.service(name)
  await scene.registerUndo({ verb: 'start', container: old.containerId }, `start ${name} as it was`)
  const made = await scene.stack.replace(name, change)
  await scene.registerUndo({ verb: 'remove-container', container: made.containerId }, `remove what stands for ${name}`)
  return made
}
