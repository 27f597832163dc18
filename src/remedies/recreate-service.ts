import { z } from 'zod'
import { reasonOf } from '../kit/errors.ts'
import { type Drifted, driftedBackends, replaceService, type Scene } from '../stack/index.ts'
import { defineRemedy } from './remedy.ts'

/** Brings the right container back, where one stands that is not as specified. */
export const recreateService = defineRemedy({
  kind: 'recreate-service',
  about: 'Replaces containers of servers that are not as specified by new ones that are.',
  fields: {
    /** Only this one, as specified or not; absent: all that are not as specified. */
    service: z.string().optional(),
  },
  make: ({ service }) => ({
    apply: async (scene) => {
      const wanted =
        service === undefined ? await driftedBackends(scene.stack) : [{ name: service, how: ['asked for'] }]
      if (wanted.length === 0) {
        return { ok: true, changed: false, because: 'every server is as specified', evidence: { recreated: [] } }
      }
      return { ...(await recreate(scene, wanted)), changed: true }
    },
  }),
})

/** New containers, as specified, in the place of these. */
export async function recreate(scene: Scene, wanted: readonly Drifted[]) {
  const done = await Promise.all(
    wanted.map(async ({ name, how }) => {
      const failure = await recreateOne(scene, name).then(() => null, reasonOf)
      return { name, said: `${name} (${how.join(', ')})`, failure }
    }),
  )
  const failed = done.filter(({ failure }) => failure !== null)
  const back = done.filter(({ failure }) => failure === null)
  const evidence = { recreated: back.map(({ name }) => name), failed: failed.map(({ name }) => name) }
  const told = `recreated as specified: ${back.map(({ said }) => said).join('; ') || 'none'}`
  const why = failed.map(({ name, failure }) => `; ${name} not: ${failure}`).join('')
  return { ok: failed.length === 0, because: `${told}${why}`, evidence }
}

/**
 * A container that runs is stopped and could be started again, so that is promised. One that has ended by itself or is
 * gone would not start: whoever put it there has promised the way back to the one before.
 */
async function recreateOne(scene: Scene, name: string): Promise<void> {
  const running = await scene.stack
    .service(name)
    .state()
    .then(
      (state) => state.running,
      () => false,
    )
  if (running) {
    await replaceService(scene, name, {})
    return
  }
  const made = await scene.stack.replace(name, {})
  await scene.registerUndo({ verb: 'remove-container', container: made.containerId }, `remove what stands for ${name}`)
}
