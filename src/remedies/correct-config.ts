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
import type { Release } from '../stack/scene.ts'
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
      const { corrected, files } = correctionsOf(now, scene.releases[0])
      const release = changedRelease(now, 'the corrected update', files)
      await promiseBack(scene, proxy, now, release)
      await proxy.writeFiles(changesBetween(now, release))
      const refused = await refusalOf(proxy)
      if (refused !== undefined) {
        const because = `nginx -t refuses the corrected file: ${refused}`
        return { ok: false, changed: true, because, evidence: { release: release.hash } }
      }
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

/** What is changed of the files that are there, and the servers and directives that were wrong in them. */
function correctionsOf(now: Release, good: Release | undefined) {
  const text = textOf(now, upstreamsFile)
  const right = rightPorts(good)
  const wrong = upstreamServers(text).filter(({ host, port }) => port !== (right.get(host) ?? port))
  const server = /(\bserver\s+)([\w.-]+):(\d+)/g
  const fixed = text.replaceAll(server, (_, before: string, host: string, port: string) => {
    return `${before}${host}:${right.get(host) ?? port}`
  })
  const site = textOf(now, siteFile)
  const meant = textOf(good, siteFile)
  const plain = site.replaceAll(/\bproxy_pass\s+https(:\/\/(?:web|api);)/g, (line, rest: string) => {
    return good === undefined || meant.includes(line) ? line : `proxy_pass http${rest}`
  })
  return {
    corrected: [...wrong.map(({ host, port }) => `${host}:${port}`), ...(plain === site ? [] : ['proxy_pass'])],
    files: [
      { path: upstreamsFile, content: Buffer.from(fixed) },
      ...(plain === site ? [] : [{ path: siteFile, content: Buffer.from(plain) }]),
    ],
  }
}

/**
 * What is wrong is what differs from the release that the run began with: there each server is asked on the port that
 * it listens on. A server that is not named there keeps its port.
 */
function rightPorts(good: Release | undefined): Map<string, number> {
  return new Map(upstreamServers(textOf(good, upstreamsFile)).map(({ host, port }) => [host, port]))
}

function textOf(release: Release | undefined, path: string): string {
  return release?.files.find((file) => file.path === path)?.content?.toString('utf8') ?? ''
}
