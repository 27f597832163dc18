// @group light 100s
import { describe, expect, test } from 'vitest'
import { filesOf, inspect, type Known, type RuleName, ruleNames, rules } from '../../src/nginx/index.ts'
import { freePorts, startBackend, startTls } from '../support/nginx/backends.ts'
import { confOf, nginxHosts } from '../support/nginx/hosts.ts'
import { startNameServer } from '../support/nginx/name-server.ts'
import type { ConfFiles, NginxHost } from '../support/nginx/real-nginx.ts'
import type { Refusal, Scene, Showing, Unshown, Warning } from '../support/nginx/showing.ts'
import { shownAnswers } from '../support/nginx/shown-answers.ts'
import { shownLocations } from '../support/nginx/shown-locations.ts'
import { shownPasses } from '../support/nginx/shown-passes.ts'
import { shownServers } from '../support/nginx/shown-servers.ts'
import { shownUpstreams } from '../support/nginx/shown-upstreams.ts'

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
  await using nginx = await host.start(files, scene.site)
  const sees = await showing.see(scene, nginx)
  const said = await nginx.said()
  return { isTold, sees, said }
}

const shown = rules.flatMap(({ trap }): [RuleName, Showing | Refusal | Warning][] => {
  const showing = showings[trap]
  return 'unshown' in showing ? [] : [[trap, showing]]
})

test('all but two are shown', () => {
  const names = shown.map(([trap]) => trap)
  expect(ruleNames.filter((name) => !names.includes(name))).toEqual(['rewrite-overruns-heap', 'quic-without-reuseport'])
})

describe.each(nginxHosts())('%s', (_name, hostOf) => {
  test.each(shown)('%s', async (trap, showing) => {
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
    const bad = await seen(host, showing, 'bad', trap)
    const good = await seen(host, showing, 'good', trap)
    expect([bad.isTold, good.isTold]).toEqual([true, false])
    expect({ bad: bad.sees, good: good.sees }, bad.said + good.said).toEqual(showing.sees)
    if (showing.log) {
      expect(bad.said).toMatch(showing.log)
      expect(good.said).not.toMatch(showing.log)
    }
  })
})
