import { expect, test } from 'vitest'
import { inertCommand } from '../../../../src/kit/ci/workflow-command.ts'
import { acting, hostileTexts } from '../../reporters/hostile.ts'

const read = (line: string) => {
  const [, level, properties = '', data = ''] = /^::(\w+) (.*?)::(.*)\n$/.exec(line) ?? []
  const named = properties.split(',').map((one) => {
    const at = one.indexOf('=')
    return [one.slice(0, at), decodeURIComponent(one.slice(at + 1))]
  })
  return { level, ...Object.fromEntries(named), message: decodeURIComponent(data) }
}

test('a command reads back as it was meant', () => {
  const line = inertCommand({
    level: 'error',
    file: 'a, b/c:d.conf',
    line: 3,
    title: '50 % :: x',
    message: '1 % of: a, b',
  })
  expect(line).toBe('::error file=a%2C b/c%3Ad.conf,line=3,title=50 %25 \\x3a%3A x::1 %25 of: a, b\n')
  expect(read(line)).toMatchObject({ level: 'error', file: 'a, b/c:d.conf', line: '3', message: '1 % of: a, b' })
  expect(inertCommand({ level: 'notice', title: 't', message: 'm' })).toBe('::notice title=t::m\n')
})

test.each(hostileTexts)('nothing that was captured ends its part or begins another command: %j', (text) => {
  const line = inertCommand({ level: 'error', file: text, line: 1, title: text, message: text })
  expect(line.split('\n')).toHaveLength(2)
  expect(line.slice(0, -1)).not.toMatch(acting)
  expect(line).not.toMatch(/##\w*\[/)
  // What the runner reads back has no line of its own either.
  const { level, file, title, message } = read(line)
  expect(level).toBe('error')
  for (const part of [file, title, message]) expect(part).not.toMatch(/[\r\n]|^\s*::|##\w*\[/)
})
