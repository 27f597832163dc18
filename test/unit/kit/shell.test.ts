import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { inert } from '../../../src/kit/inert.ts'
import { shellCommand, shellWords } from '../../../src/kit/shell.ts'
import { acting, commanding, hostileTexts } from '../reporters/hostile.ts'

const words = [
  'a/b.yaml',
  '',
  "it's",
  '$(touch /tmp/x) `id` ; rm -rf ~ & | > $HOME * ? ! \\ "',
  'Größe 日本語',
  'tab\there',
  'next\nline',
  '\u0007 bell',
  '::error::x',
  'a ::b',
  '##[x]',
  '-dash',
  '\u202ertl zero\u200bwidth',
  'x\u{e0041}',
]

describe('a command that can be pasted', () => {
  it.each(words)('gives this word back to bash, and to us: %j', (word) => {
    const command = shellCommand(['printf', '%s\\0', word, 'end'])
    const heard = execFileSync('bash', ['-c', command], { env: { ...process.env, LC_ALL: 'C.UTF-8' } })
    expect(heard.toString().split('\0')).toEqual([word, 'end', ''])
    expect(shellWords(command)).toEqual(['printf', '%s\\0', word, 'end'])
  })

  it.each(hostileTexts)('is shown as it is: %j', (text) => {
    const command = shellCommand(['npx', text])
    expect(inert(command, 99_999)).toBe(command)
    expect(command).not.toMatch(acting)
    expect(command).not.toMatch(commanding)
  })

  it('holds no credential', () => {
    expect(shellCommand(['--rules', 'x?token=c4nary\u0007'])).toBe("--rules 'x?token=***'")
  })
})

it.each([
  'npx badgateway run x; id',
  'npx badgateway run x | sh',
  'npx badgateway run $(id)',
  'npx badgateway run "`id`"',
  'npx badgateway run x\nid',
  'npx badgateway run x > /etc/passwd',
  "npx badgateway run 'x",
  'npx badgateway run ~',
  'npx badgateway run *',
])('a command that does more is none of ours: %j', (command) => {
  expect(shellWords(command)).toBeUndefined()
})
