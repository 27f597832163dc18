import { z } from 'zod'
import { promiseBack } from '../stack/deploy/pipeline.ts'
import {
  changedRelease,
  changesBetween,
  readRelease,
  siteFile,
  upstreamServers,
  upstreamsFile,
} from '../stack/deploy/release.ts'
import { proveLive, refusalOf, workersOf } from '../stack/deploy/switch.ts'
import { ports } from '../stack/types.ts'
import { defineRemedy } from './remedy.ts'

/** What the engineers did in the end: edit the upstream servers, test, and restart Nginx. */
export const correctConfig = defineRemedy({
  kind: 'correct-config',
  about: 'Corrects the upstream servers in the configuration that is there, and tests it; Nginx reads it when told to.',
  fields: {
    service: z.string().default('proxy'),
    /** How Nginx is made to read it: not at all yet, by a reload, or by a restart. */
    activate: z.enum(['later', 'reload', 'restart']).default('restart'),
  },
  make: ({ service, activate }) => ({
    apply: async (scene) => {
      const proxy = scene.stack.service(service)
      const now = await readRelease(proxy, 'what is there now')
      const text = now.files.find((file) => file.path === upstreamsFile)?.content?.toString('utf8') ?? ''
      const wrong = upstreamServers(text).filter((server) => server.port !== ports.site)
      const fixed = text.replaceAll(/(\bserver\s+(?:web|api)-\d+):\d+/g, `$1:${ports.site}`)
      const site = now.files.find((file) => file.path === siteFile)?.content?.toString('utf8') ?? ''
      const plain = site.replaceAll(/(\bproxy_pass\s+)https(:\/\/(?:web|api);)/g, '$1http$2')
      const release = changedRelease(now, 'the corrected update', [
        { path: upstreamsFile, content: Buffer.from(fixed) },
        ...(plain === site ? [] : [{ path: siteFile, content: Buffer.from(plain) }]),
      ])
      await promiseBack(scene, proxy, now, release)
      await proxy.writeFiles(changesBetween(now, release))
      const refused = await refusalOf(proxy)
      if (refused !== undefined) {
        const because = `nginx -t refuses the corrected file: ${refused}`
        return { ok: false, changed: true, because, evidence: { release: release.hash } }
      }
      const corrected = [
        ...wrong.map((server) => `${server.host}:${server.port}`),
        ...(plain === site ? [] : ['proxy_pass']),
      ]
      const edited = `${corrected.length} upstream servers corrected (${corrected.join(', ')})`
      scene.releases.push(release)
      if (activate === 'later') {
        const because = `${edited}; nginx -t accepts it, and the running workers have not read it`
        return { ok: true, changed: true, because, evidence: { release: release.hash, corrected } }
      }
      const before = await workersOf(proxy)
      if (activate === 'restart') await proxy.restart()
      else await proxy.signal('HUP')
      const live = await proveLive(scene, proxy, release.hash, activate === 'restart' ? [] : before)
      return {
        ok: live.live,
        changed: true,
        because: `${edited}, ${activate}ed: ${live.because}`,
        evidence: { ...live.evidence, corrected },
      }
    },
  }),
})
