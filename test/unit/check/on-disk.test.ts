import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { explained, listed } from '../../../src/check/explain.ts'
import { planned } from '../../../src/check/flow.ts'
import { readOnDisk } from '../../../src/check/on-disk.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { quarry } from '../../support/quarry.ts'

const description = quarry('')
const config = '/etc/nginx/nginx.conf'
const main = 'http { include /etc/nginx/conf.d/*.conf; }\n'
const keeping = 'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_read'
const site = `
upstream stone { server granite:3000; server basalt:3000; }
server { listen 8000; location / { proxy_pass http://stone; proxy_read_timeout 20s; } }
`

async function onDisk(files: Record<string, string>, link?: string) {
  const folder = await temporaryFolder('on-disk')
  await mkdir(join(folder, 'conf.d'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  if (link !== undefined) await symlink('/etc/passwd', join(folder, link))
  const bind = (name: string, target: string) =>
    ({ kind: 'bind', source: join(folder, name), target, readOnly: true }) as const
  const mounts = [bind('nginx.conf', config), bind('conf.d', '/etc/nginx/conf.d')]
  return await readOnDisk({ mounts }, description, config)
}

describe("the proxy's files on disk", () => {
  it('tell its timeouts, and which cells it cannot have, before it is up', async () => {
    const found = await onDisk({ 'nginx.conf': main, 'conf.d/site.conf': site })
    const traffic = { users: 20, ratePerS: 40 }
    const plan = planned(
      { description, traffic, onDisk: found },
      { only: ['pause', 'expired-certificate', 'wrong-name'] },
    )
    const held = plan.runs.find(({ cell }) => cell.name === 'pause/granite')?.cell.holdMs
    expect(held).toBe(23_000)
    expect(plan.unlikely?.map(({ cell }) => cell)).toEqual(['expired-certificate/gate'])
    for (const text of [explained(plan), listed(plan)]) {
      expect(text).toMatch(/as far as the proxy's files on disk tell.*\n {2}expired-certificate\/gate: .*TLS/)
      expect(text).not.toContain("Nginx's defaults are assumed")
    }
  })

  it('tell that no connection is kept for a second request', async () => {
    const kept = site.replace('server basalt:3000;', 'server basalt:3000; keepalive 8;').replace('proxy_read', keeping)
    const ruledOut = async (text: string) => {
      const found = await onDisk({ 'nginx.conf': main, 'conf.d/site.conf': text })
      const traffic = { users: 20, ratePerS: 40 }
      return planned({ description, traffic, onDisk: found }, { only: ['race-close/granite'] }).unlikely
    }
    expect(await ruledOut(site)).toMatchObject([{ because: expect.stringMatching(/keeps no connection to stone/) }])
    expect(await ruledOut(kept)).toEqual([])
  })

  it('follow no link', async () => {
    const found = await onDisk({ 'nginx.conf': main, 'conf.d/site.conf': site }, 'conf.d/link.conf')
    expect(found?.release.files.map(({ path }) => path)).toEqual([config, '/etc/nginx/conf.d/site.conf'])
  })

  it('are not told of where its main file lies elsewhere', async () => {
    expect(await onDisk({ 'conf.d/site.conf': site })).toBeUndefined()
    expect(await readOnDisk({ mounts: [] }, description, config)).toBeUndefined()
  })
})
