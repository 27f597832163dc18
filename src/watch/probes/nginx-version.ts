import { liveProxy, nginxVersion } from '../../deploy/index.ts'
import { defineProbe } from '../probe.ts'

/** Which Nginx do users really meet? */
export const nginxVersionProbe = defineProbe({
  kind: 'nginx-version',
  about: 'Asks the Nginx that users are sent to for its version: Nginx 1.26, Nginx 1.22 and so on, or unknown.',
  finds: ['unknown', /^Nginx \d+\.\d+$/],
  fields: {},
  make: () => ({
    look: async ({ stack, clock }) => {
      const proxy = await liveProxy({ stack, clock, signal: new AbortController().signal })
      const version = await nginxVersion(proxy)
      const evidence = { serves: proxy.name, image: proxy.image, version: version ?? null }
      if (version === undefined) return { finding: 'unknown', because: `${proxy.name} does not say`, evidence }
      const [major = '', minor = ''] = version.split('.')
      return { finding: `Nginx ${major}.${minor}`, because: `${proxy.name} is Nginx ${version}`, evidence }
    },
  }),
})
