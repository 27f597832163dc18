// @group light 120s
import type Dockerode from 'dockerode'
import { beforeAll, describe, expect, test } from 'vitest'
import { filesOf, inspect, type Known, type RuleName, rules } from '../../src/nginx/index.ts'
import { connectEngine } from '../../src/stack/engine.ts'
import { ensureImages } from '../../src/stack/images.ts'
import { freePorts, startBackend, startTls } from '../support/nginx/backends.ts'
import { startNameServer } from '../support/nginx/name-server.ts'
import { type ConfFiles, imageNginx, localNginx, type NginxHost } from '../support/nginx/real-nginx.ts'
import type { Refusal, Scene, Showing, Unshown } from '../support/nginx/showing.ts'
import { shownAnswers } from '../support/nginx/shown-answers.ts'
import { shownPasses } from '../support/nginx/shown-passes.ts'
import { shownUpstreams } from '../support/nginx/shown-upstreams.ts'

/** A rule that nothing shows does not compile. */
const showings: Record<RuleName, Showing | Refusal | Unshown> = { ...shownUpstreams, ...shownPasses, ...shownAnswers }

/** By hand, without an engine, as root: `BADGATEWAY_NGINX=/usr/sbin/nginx`. */
const program = process.env['BADGATEWAY_NGINX']
const images = ['proxy', 'proxy-old'] as const
const made = new Map<string, string>()
let docker: Dockerode | undefined

beforeAll(async () => {
  if (program !== undefined) return
  docker = (await connectEngine(process.env)).docker
  for (const [name, tag] of Object.entries(await ensureImages(docker, { only: images }))) made.set(name, tag)
})

const hosts: [string, () => NginxHost][] = program
  ? [[program, () => localNginx(program)]]
  : images.map((name) => [name, () => inImage(name)])

function inImage(name: string): NginxHost {
  if (!docker) throw new Error('there is no engine')
  return imageNginx(docker, () => made.get(name) ?? '')
}

/** Nginx in the foreground, with all that it says on its standard output. */
const confOf = (http: string, main = 'worker_processes 1; events {}'): ConfFiles => {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (one) => `${one}_temp_path {folder}/${one};`,
  )
  return {
    'nginx.conf': `user root; daemon off; pid {folder}/pid; error_log stderr info; ${main}
http { access_log off; ${temporary.join(' ')}
${http}
}`,
  }
}

const traps = (files: ConfFiles, known: Known) => {
  const main = '/etc/nginx/nginx.conf'
  const texts = new Map([[main, (files['nginx.conf'] ?? '').replaceAll('{folder}', '/run')]])
  return inspect({ main, files: filesOf(texts) }, known).findings.map(({ trap }) => trap)
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
  const files = confOf(showing[which](scene), showing.main?.[which])
  const isTold = traps(files, known?.(scene) ?? {}).includes(trap)
  await using nginx = await host.start(files, scene.site)
  const sees = await showing.see(scene, nginx)
  const said = await nginx.said()
  return { isTold, sees, said }
}

describe.each(hosts)('%s', (_name, hostOf) => {
  test.each(rules.map(({ trap }) => [trap, showings[trap]] as const))('%s', async (trap, showing) => {
    const host = hostOf()
    if ('unshown' in showing) {
      expect(showing.unshown).not.toBe('')
      return
    }
    if ('refused' in showing) {
      const [bad, good] = [confOf(showing.bad), confOf(showing.good)]
      expect([traps(bad, {}).includes(trap), traps(good, {}).includes(trap)]).toEqual([true, false])
      const refused = await host.check(bad)
      expect([refused.code, refused.said]).toEqual([1, expect.stringMatching(showing.refused)])
      expect(await host.check(good)).toMatchObject({ code: 0 })
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
