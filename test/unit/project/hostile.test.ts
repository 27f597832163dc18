import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseProject, readProjectFile } from '../../../src/project/index.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { nginx, site, surveyed } from '../../support/strangers.ts'

const file = (more: object = {}, upstreams: object = { api: { servers: ['api'], port: 3000 } }) => ({
  proxy: { service: 'edge' },
  upstreams,
  ...more,
})

// Attack 16.
const injections = ['127.0.0.1:80; } include /etc/passwd; server {', 'api;', 'a{b', 'a"b', "a'b", 'a#b', 'a$b', 'a\nb']

describe('what would be more than a name in a configuration of Nginx is refused', () => {
  it.each(injections)('%j', (text) => {
    const group = { servers: ['api'], port: 3000 }
    for (const wrong of [
      file({ proxy: { service: text } }),
      file({ proxy: { service: 'edge', host: text } }),
      file({}, { [text]: group }),
      file({}, { api: { ...group, servers: [text] } }),
      file({}, { api: { ...group, host: text } }),
      file({ dependencies: { db: { service: text, kind: 'redis' } } }),
    ])
      expect(() => parseProject(wrong, 'badgateway.yaml')).toThrow(/^badgateway\.yaml: /)
  })
})

describe('badgateway.yaml that is no such file', () => {
  it('is too large, special, a folder, or a link to one that is no YAML: one sentence, and not a word of it', async () => {
    const folder = await temporaryFolder('hostile')
    const at = (name: string) => join(folder, name)
    await writeFile(at('huge.yaml'), '')
    await truncate(at('huge.yaml'), 2 ** 30)
    await mkdir(at('folder.yaml'))
    await symlink('/dev/zero', at('zero.yaml'))
    await symlink('/etc/passwd', at('passwd.yaml'))
    for (const name of ['huge.yaml', 'folder.yaml', 'zero.yaml'])
      await expect(readProjectFile(at(name))).rejects.toThrow(`${at(name)}: is not a regular file of at most 1 MiB`)
    await expect(readProjectFile(at('passwd.yaml'))).rejects.toMatchObject({
      code: 'PROJECT_INVALID',
      message: expect.not.stringContaining('root:'),
    })
  })

  // Attack 21.
  it('is never run, whatever language it is written in', async () => {
    const folder = await temporaryFolder('hostile')
    const canary = join(folder, 'canary')
    for (const name of ['a.yaml', 'a.ts', 'a.mjs']) {
      await writeFile(join(folder, name), `require('fs').writeFileSync('${canary}', '')\nexport default {}\n`)
      await expect(readProjectFile(join(folder, name))).rejects.toMatchObject({ code: 'PROJECT_INVALID' })
    }
    await expect(readProjectFile(canary)).rejects.toMatchObject({ code: 'PROJECT_UNKNOWN' })
  })
})

it('servers outside stand beside those of the project: they are listed, and no target', () => {
  const { project, outside } = surveyed({
    services: { edge: nginx, api: {} },
    nginx: {
      edge: site(
        'location / { proxy_pass http://mixed; } location /far { proxy_pass http://192.0.2.9:81; }',
        'upstream mixed { server api:3000; server partner.example:443; server 192.0.2.7:80 backup; }',
      ),
    },
  })
  expect(project?.upstreams).toMatchObject({ mixed: { servers: ['api'] } })
  expect(outside.map(({ address }) => address)).toEqual(['partner.example:443', '192.0.2.7:80', '192.0.2.9:81'])
})
