import { describe, expect, test } from 'vitest'
import { filesOf, inspect, type Known, type RuleName, rules } from '../../../src/nginx/index.ts'
import { freePorts, startBackend, startTls } from './backends.ts'
import { confOf, nginxHosts, type nginxImages } from './hosts.ts'
import { startNameServer } from './name-server.ts'
import type { ConfFiles, NginxHost } from './real-nginx.ts'
import type { Refusal, Scene, Showing, Unshown, Warning } from './showing.ts'
import { shownAnswers } from './shown-answers.ts'
import { shownLocations } from './shown-locations.ts'
import { shownPasses } from './shown-passes.ts'
import { shownServers } from './shown-servers.ts'
import { shownUpstreams } from './shown-upstreams.ts'

/** A rule that nothing shows does not compile. */
const showings: Record<RuleName, Showing | Refusal | Warning | Unshown> = {
  ...shownUpstreams,
  ...shownPasses,
  ...shownAnswers,
  ...shownLocations,
  ...shownServers,
}

const traps = (files: ConfFiles, known: Known) => {
  const main = '/etc/nginx/nginx.conf'
  const texts = new Map([[main, files['nginx.conf'] ?? '']])
  return inspect({ main, files: filesOf(texts) }, known, { hints: true }).findings.map(({ trap }) => trap)
}

async function sceneOf(known: Known): Promise<Scene & AsyncDisposable> {
  const [site = 0, dead = 0, spare = 0] = await freePorts(3)
  const keptMs = known.backendKeepAliveS === undefined ? {} : { keptMs: known.backendKeepAliveS * 1_000 }
  const first = await startBackend('first', keptMs)
  const second = await startBackend('second')
  const moved = await startBackend('moved', { host: '127.0.0.2', port: first.port })
  const [secure, names] = [await startTls(), await startNameServer('127.0.0.1')]
  const engines = await startNameServer('127.0.0.11')
  return {
    ...{ site, dead, spare, first, second, moved, secure, names, engines },
    [Symbol.asyncDispose]: async () => {
      for (const one of [first, second, moved, secure, names, engines]) await one[Symbol.asyncDispose]()
    },
  }
}

async function seen(host: NginxHost, showing: Showing, which: 'bad' | 'good', trap: string) {
  const known = showing.known
  await using scene = await sceneOf(known ? known({ dead: 0 }) : {})
  const files = { ...showing.files, ...confOf(showing[which](scene), showing.main?.[which]) }
  const isTold = traps(files, known?.(scene) ?? {}).includes(trap)
  const nginx = await host.start(files, scene.site)
  const sees = await showing.see(scene, nginx).finally(() => nginx[Symbol.asyncDispose]())
  return { isTold, sees, said: await nginx.said() }
}

/** All but those that say why not. */
export const shown = rules.flatMap(({ trap }): [RuleName, Showing | Refusal | Warning][] => {
  const showing = showings[trap]
  return 'unshown' in showing ? [] : [[trap, showing]]
})

/** Each rule that can be shown, on a real Nginx of this image. They wait side by side. */
export function showRules(image: (typeof nginxImages)[number]): void {
  describe.each(nginxHosts([image]))('%s', (_name, hostOf) => {
    test.concurrent.each(shown)('%s', async (trap, showing) => {
      const host = hostOf()
      if ('refused' in showing) {
        const [bad, good] = [confOf(showing.bad), confOf(showing.good)]
        expect([traps(bad, {}).includes(trap), traps(good, {}).includes(trap)]).toEqual([true, false])
        const refused = await host.check(bad)
        expect([refused.code, refused.said]).toEqual([1, expect.stringMatching(showing.refused)])
        expect(await host.check(good)).toMatchObject({ code: 0 })
        return
      }
      if ('warned' in showing) {
        const [bad, good] = [confOf(showing.bad), confOf(showing.good)]
        expect([traps(bad, {}).includes(trap), traps(good, {}).includes(trap)]).toEqual([true, false])
        expect(await host.check(bad)).toEqual({ code: 0, said: expect.stringMatching(showing.warned) })
        expect(await host.check(good)).toEqual({ code: 0, said: expect.not.stringMatching(showing.warned) })
        return
      }
      const [bad, good] = await Promise.all([seen(host, showing, 'bad', trap), seen(host, showing, 'good', trap)])
      expect([bad.isTold, good.isTold]).toEqual([true, false])
      expect({ bad: bad.sees, good: good.sees }, bad.said + good.said).toEqual(showing.sees)
      if (showing.log) {
        expect(bad.said).toMatch(showing.log)
        expect(good.said).not.toMatch(showing.log)
      }
    })
  })
}
