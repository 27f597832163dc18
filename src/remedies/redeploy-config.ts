import { changedRelease, deploy, readRelease, validateRelease } from '../deploy/index.ts'
import { proxyName } from '../stack/index.ts'
import { defineRemedy } from './remedy.ts'

/** What lies on disk, deployed as it should be: tested from where the proxy stands, then by the pipeline. */
export const redeployConfig = defineRemedy({
  kind: 'redeploy-config',
  about: "Tests the proxy's configuration as it lies on disk, servers included, and deploys it by the pipeline.",
  fields: { service: proxyName },
  make: ({ service }) => ({
    apply: async (scene) => {
      const proxy = scene.stack.proxy(service)
      const candidate = changedRelease(await readRelease(proxy, 'what is on disk'), 'the redeployed configuration', [])
      const test = await validateRelease(scene, proxy, candidate)
      if (test.action === 'rejected') {
        return { ok: false, changed: false, because: `its tests reject it: ${test.because}`, evidence: test.evidence }
      }
      const { outcome, because, evidence } = await deploy(scene, proxy, candidate)
      const ok = outcome === 'in-force'
      return { ok, changed: ok, because: `${test.because}; ${because}`, evidence: { ...test.evidence, ...evidence } }
    },
  }),
})
