import { z } from 'zod'
import { liveProxy, nginxVersion, patchProxy } from '../deploy/index.ts'
import { defineFault } from './fault.ts'

/** Routine, not wrong: what hurts is only how it is done. Its witness tells whether the other Nginx really serves. */
export const patchProxyFault = defineFault({
  kind: 'patch-proxy',
  about: "Puts another image's Nginx in the proxy's place and keeps the configuration: in place, or drained (measure).",
  fields: {
    image: z.enum(['proxy', 'proxy-old']).default('proxy'),
    /** The version that the image brings: `1.26`. */
    version: z.string().regex(/^\d+\.\d+$/, 'no version like 1.26'),
  },
  needs: ['growing'],
  make: ({ image, version }) => ({
    inject: async (scene) => {
      const before = await liveProxy(scene)
      const was = await nginxVersion(before)
      const { proxy, because, acts } = await patchProxy(scene, before, image)
      const is = await nginxVersion(proxy)
      const outcome = acts.some(({ action }) => action === 'kept-off') ? 'kept-off' : 'in-force'
      const evidence = { before: was ?? null, after: is ?? null, serves: proxy.name }
      return { outcome, because: `Nginx ${was ?? '?'} became ${is ?? '?'}: ${because}`, acts, evidence }
    },
    witness: {
      name: 'nginx -v in the container that users are sent to',
      see: async (scene) => {
        const proxy = await liveProxy(scene)
        const is = await nginxVersion(proxy)
        return { present: is?.startsWith(`${version}.`) ?? false, because: `${proxy.name} is Nginx ${is ?? 'unknown'}` }
      },
    },
  }),
})
