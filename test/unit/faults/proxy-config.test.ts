import { describe, expect, test } from 'vitest'
import type { FaultSpec } from '../../../src/faults/index.ts'
import { serverScene } from '../../support/fake-servers.ts'
import { faultFor } from '../../support/made-kinds.ts'

type What = Extract<FaultSpec, { kind: 'proxy-config' }>['what']

const fault = (what: What) => faultFor({ kind: 'proxy-config', what, role: 'web', service: 'proxy' })
const traps = ['small-header-buffer', 'no-resolver', 'all-down'] as const
const site = '/etc/nginx/conf.d/site.conf'
const upstreams = '/etc/nginx/conf.d/upstreams.conf'

describe('a proxy configuration with a trap in it', () => {
  test.each(traps)('%s goes live, is told from its likes by what the proxy logs, and is undone', async (what) => {
    const scene = serverScene()
    const { inject, witness } = fault(what)
    expect((await witness.see(scene)).present).toBe(false)
    expect((await inject(scene)).outcome).toBe('in-force')
    expect((await witness.see(scene)).present).toBe(true)
    for (const other of traps.filter((one) => one !== what)) {
      expect((await fault(other).witness.see(scene)).present, other).toBe(false)
    }
    scene.undoAll()
    expect((await witness.see(scene)).present).toBe(false)
  })

  test.each([
    ['small-header-buffer', site, 'location / {\n    proxy_buffer_size 128;\n'],
    ['no-resolver', site, 'set $backend web-1;\n    proxy_pass http://$backend:8080;'],
    ['all-down', upstreams, 'server web-2:8080 down;'],
  ] as const)('%s changes one file, for its own role only', async (what, path, text) => {
    const scene = serverScene()
    await fault(what).inject(scene)
    const changed = scene.stack.proxies.get('proxy')?.disk.get(path)?.toString() ?? ''
    expect(changed).toContain(text)
    expect(changed).not.toMatch(/api-\d:8080 down|location \/api\/ \{\n {4}(proxy_buffer_size|set)/)
  })

  test('is not seen while the servers themselves are ill', async () => {
    const scene = serverScene()
    const { inject, witness } = fault('all-down')
    await inject(scene)
    await scene.stack.service('web-1').stop()
    expect((await witness.see(scene)).present).toBe(false)
  })

  test('cannot be made in a configuration that has no such line', async () => {
    const scene = serverScene()
    scene.stack.proxies.get('proxy')?.disk.set(site, Buffer.from('server { location / { return 200; } }'))
    expect((await fault('no-resolver').inject(scene)).outcome).toBe('rejected')
    expect(scene.promised).toEqual([])
  })
})
