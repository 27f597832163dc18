import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

const registry = 'http://127.0.0.1:4873'

const up = () => fetch(`${registry}/-/ping`).then(({ ok }) => ok, () => false)
while (!(await up())) await wait(200)

const manifest = JSON.parse(readFileSync('seed/package.json', 'utf8'))
const { name, version } = manifest
const tarball = execFileSync('tar', ['--transform', 's,^seed,package,', '-czf', '-', 'seed'])
const dist = {
  tarball: `${registry}/${name}/-/${name}-${version}.tgz`,
  shasum: createHash('sha1').update(tarball).digest('hex'),
  integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
}
const body = {
  _id: name,
  name,
  'dist-tags': { latest: version },
  versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } },
  _attachments: {
    [`${name}-${version}.tgz`]: {
      content_type: 'application/octet-stream',
      data: tarball.toString('base64'),
      length: tarball.length,
    },
  },
}
const answer = await fetch(`${registry}/${name}`, {
  method: 'PUT',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
console.log(`published ${name}@${version}`)
