import { z } from 'zod'
import { reload } from '../deploy/index.ts'
import { proxyName } from '../stack/index.ts'
import { defineRemedy } from './remedy.ts'

/** As every deploy of a configuration ends; here with the configuration that is there. */
export const reloadProxy = defineRemedy({
  kind: 'reload-proxy',
  about: 'Lets Nginx read again what lies on its disk, as often as wanted, and waits each time for new workers.',
  fields: { service: proxyName, times: z.int().min(1).max(100).default(1) },
  make: ({ service, times }) => ({
    apply: async (scene) => {
      const proxy = scene.stack.proxy(service)
      const because: string[] = []
      for (let time = 0; time < times; time += 1) {
        const { live, because: why } = await reload(scene, proxy)
        if (!live) return { ok: false, changed: time > 0, because: why, evidence: { reloads: time } }
        because.push(why)
      }
      return { ok: true, changed: true, because: because.join('; '), evidence: { reloads: times } }
    },
  }),
})
