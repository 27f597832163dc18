import { changesBetween, registerRestore, reviewOf, switchRelease, tellDeviation } from '../deploy/index.ts'
import { driftedBackends, proxyName, type Scene } from '../stack/index.ts'
import { recreate } from './recreate-service.ts'
import { defineRemedy } from './remedy.ts'

/** Puts back what does not stand as it was reviewed or specified, and nothing else. */
export const repairProxyPath = defineRemedy({
  kind: 'repair-proxy-path',
  about:
    'Deploys the reviewed configuration where another one serves, and recreates servers that are not as specified.',
  fields: { service: proxyName },
  make: ({ service }) => ({
    apply: async (scene) => {
      const containers = await repairContainers(scene)
      // Nginx resolves names when it reads its configuration: so the containers come first.
      const configuration = await repairConfiguration(scene, service, containers !== undefined)
      const done = [containers, configuration].filter((one) => one !== undefined)
      if (done.length === 0) {
        const because = 'configuration and containers are as they should be: nothing to repair'
        return { ok: true, changed: false, because, evidence: {} }
      }
      return {
        ok: done.every(({ ok }) => ok),
        changed: true,
        because: done.map(({ because }) => because).join('; '),
        evidence: { containers: containers?.evidence ?? null, configuration: configuration?.evidence ?? null },
      }
    },
  }),
})

async function repairContainers(scene: Scene) {
  const drifted = await driftedBackends(scene.stack)
  return drifted.length === 0 ? undefined : await recreate(scene, drifted)
}

async function repairConfiguration(scene: Scene, service: string | undefined, reloads: boolean) {
  const proxy = scene.stack.proxy(service)
  const { reviewed: specified, live, deviations } = await reviewOf(scene.stack, proxy)
  const unknown = live.files.filter(({ path }) => specified.files.every((file) => file.path !== path))
  const gone = unknown.map(({ path }) => ({ path, content: null }))
  const reviewed = { ...specified, files: [...specified.files, ...gone] }
  if (deviations.length === 0 && !reloads) return undefined
  if (changesBetween(live, reviewed).length > 0) await registerRestore(scene, proxy, live, reviewed)
  const switched = await switchRelease(scene, proxy, live, reviewed)
  if (switched.live) scene.releases.record(reviewed)
  const what =
    deviations.length === 0 ? 'reloaded' : `reviewed release deployed (${deviations.map(tellDeviation).join(', ')})`
  return { ok: switched.live, because: `${what}: ${switched.because}`, evidence: switched.evidence }
}
