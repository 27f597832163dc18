import { z } from 'zod'
import {
  changedRelease,
  changesBetween,
  editedFiles,
  namedServers,
  proveLive,
  readRelease,
  refusalOf,
  registerRestore,
  structureOf,
  workersOf,
} from '../deploy/index.ts'
import { proxyName, type Release } from '../stack/index.ts'
import { defineRemedy } from './remedy.ts'

/** What the engineers did in the end: edit the upstream servers, test, and restart Nginx. */
export const correctConfig = defineRemedy({
  kind: 'correct-config',
  about: 'Corrects the upstream servers in the configuration that is there, and tests it; Nginx reads it when told to.',
  fields: {
    service: proxyName,
    /** How Nginx is made to read it: not at all yet, by a reload, or by a restart. */
    activate: z.enum(['later', 'reload', 'restart']).default('restart'),
  },
  make: ({ service, activate }) => ({
    apply: async (scene) => {
      const proxy = scene.stack.proxy(service)
      const now = await readRelease(proxy, 'what is there now')
      const groups = Object.keys(scene.stack.description.upstreams)
      const { corrected, files } = correctionsOf(now, scene.releases.good, groups)
      const release = changedRelease(now, 'the corrected update', files)
      await registerRestore(scene, proxy, now, release)
      await proxy.writeFiles(changesBetween(now, release))
      const refused = await refusalOf(proxy)
      if (refused !== undefined) {
        const because = `nginx -t refuses the corrected file: ${refused}`
        return { ok: false, changed: true, because, evidence: { release: release.hash } }
      }
      const edited = `${corrected.length} upstream servers corrected (${corrected.join(', ')})`
      scene.releases.record(release)
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
function correctionsOf(now: Release, good: Release | undefined, groups: readonly string[]) {
  const right = rightPorts(good)
  const meant = structureOf(good ?? nothing)
    .find(isPass)
    .map(({ args }) => args[0])
  const corrected: string[] = []
  const files = editedFiles(now, (edit) => {
    for (const { directive, host, port } of namedServers(edit)) {
      const wanted = right.get(host) ?? port
      if (wanted === port) continue
      edit.server(directive).port(wanted)
      corrected.push(`${host}:${port}`)
    }
    for (const pass of groups.flatMap((group) => edit.passes(group))) {
      const [target = ''] = pass.directive.args
      if (!target.startsWith('https:') || !good || meant.includes(target)) continue
      pass.scheme('http')
      if (!corrected.includes('proxy_pass')) corrected.push('proxy_pass')
    }
  })
  return { corrected, files }
}

const nothing = { files: [] }
const isPass = ({ name }: { name: string }) => name === 'proxy_pass'

/**
 * What is wrong is what differs from the release that the run began with: there each server is asked on the port that
 * it listens on. A server that is not named there keeps its port.
 */
function rightPorts(good: Release | undefined): Map<string, number> {
  return new Map(namedServers(structureOf(good ?? nothing)).map(({ host, port }) => [host, port]))
}
