import { expect, test } from 'vitest'
import { filesOf, inspect, sarifOf } from '../../../../src/nginx/index.ts'

const main = '/etc/nginx/nginx.conf'
const pass = 'location /NAME { proxy_pass http://NAME; proxy_next_upstream off; }'
const places = ['a', 'b'].map((name) => pass.replaceAll('NAME', name)).join('\n')
const upstreams = ['a', 'b'].map((name) => `upstream ${name} { server ${name}1:1; server ${name}2:1; keepalive 4; }`)

function prints(before: string) {
  const text = `${before}http {\n${upstreams.join('\n')}\nserver {\n${places}\n}\n}\n`
  const { findings } = inspect({ main, files: filesOf(new Map([[main, text]])) }, {}, { hints: true })
  const { runs } = JSON.parse(JSON.stringify(sarifOf(findings)))
  return runs[0].results.map((one: { partialFingerprints: object }) => JSON.stringify(one.partialFingerprints))
}

test('a finding has the same fingerprint wherever its line goes, and no two have one', () => {
  const here = prints('')
  expect(here.length).toBeGreaterThan(2)
  expect(new Set(here).size).toBe(here.length)
  expect(prints('# one\n# two\n\n')).toEqual(here)
})
