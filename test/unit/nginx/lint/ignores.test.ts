import { expect, test } from 'vitest'
import { filesOf, inspect } from '../../../../src/nginx/index.ts'

const main = '/etc/nginx/nginx.conf'
function look(text: string, more: Record<string, string> = {}) {
  const { findings, ignored } = inspect({ main, files: filesOf(new Map([[main, text], ...Object.entries(more)])) })
  return { told: findings.map(({ trap, line, level }) => `${trap}:${line}:${level}`), ignored }
}
const pass = 'server { location / {\nproxy_pass http://10.0.0.1;BEHIND\n} }'
const behind = (comment: string) => pass.replace('BEHIND', ` ${comment}`)
const above = (comment: string) => pass.replace('BEHIND', '').replace('\n', `\n${comment}\n`)
const why = 'default-timeouts nobody waits for it'

test('a comment above the line or behind it leaves out what it names', () => {
  expect(look(pass.replace('BEHIND', ''))).toEqual({ told: ['default-timeouts:2:trap'], ignored: 0 })
  for (const sign of ['# badgateway-ignore', '#badgateway-ignore', '## badgateway-ignore:']) {
    expect(look(behind(`${sign} ${why}`))).toEqual({ told: [], ignored: 1 })
    expect(look(above(`  ${sign} ${why}`))).toEqual({ told: [], ignored: 1 })
  }
  expect(look(above(`# badgateway-ignore ${why}\n\n  # another\r`))).toEqual({ told: [], ignored: 1 })
})

test('it is about one line and one rule', () => {
  const two = `server { # badgateway-ignore ${why}\nlocation / { proxy_pass http://10.0.0.1; } }`
  expect(look(two).told).toEqual(['ignored-for-nothing:1:note', 'default-timeouts:2:trap'])
  const other = behind('# badgateway-ignore names-resolved-once it is fixed')
  expect(look(other).told).toEqual(['default-timeouts:2:trap', 'ignored-for-nothing:2:note'])
})

test('without a reason, or for a rule that is none, it does nothing and that is said', () => {
  expect(look(behind('# badgateway-ignore default-timeouts')).told).toEqual([
    'default-timeouts:2:trap',
    'ignored-for-nothing:2:note',
  ])
  expect(look(behind('# badgateway-ignore all of it')).told).toContain('ignored-for-nothing:2:note')
  expect(look(behind('# badgateway-ignore')).told).toContain('ignored-for-nothing:2:note')
})

test('several above one line each leave out their own, in files that are included too', () => {
  const second = '# badgateway-ignore names-resolved-once it never moves'
  const text = `# badgateway-ignore ${why}\n${second}\nproxy_pass http://web;`
  const more = { '/etc/nginx/pass.conf': text }
  expect(look('server { location / { include pass.conf; } location /b { include pass.conf; } }', more).told).toEqual([])
})

test('what stands in quotes or in a script is no comment, and what Nginx cannot read is always told', () => {
  expect(look(behind(`proxy_set_header A "# badgateway-ignore ${why}";`)).told).toEqual(['default-timeouts:2:trap'])
  const script = `content_by_lua_block { # badgateway-ignore ${why}\n }`
  expect(look(`server { location / { ${script} } }`).told).toEqual([])
  expect(look('server { # badgateway-ignore unreadable it is a template\n').told).toContain('unreadable:1:trap')
})

test('a hundred thousand of them are read in one go', () => {
  const many = `# badgateway-ignore ${why}\n#\n`.repeat(100_000)
  expect(look(`${many}${pass.replace('BEHIND', '').replace('\n', ' ')}`)).toEqual({ told: [], ignored: 1 })
})
