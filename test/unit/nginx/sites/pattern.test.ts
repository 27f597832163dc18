import { expect, test } from 'vitest'
import { bytes, patternFits, patternOf } from '../../../../src/nginx/sites/pattern.ts'

test.each([
  ['\\.php$', '/a.php', '/a.phps'],
  ['(?i)\\.PHP$', '/a.php', '/a.ph'],
  ['^/(?P<a>x)(?P=a)$', '/xx', '/xy'],
  ['\\A/a\\z', '/a', '/ab'],
  ['^/[[:alpha:]]+\\Z', '/ab', '/a1'],
  ['^/\\++$', '/++', '/a'],
  ['^/ü.$', '/ü1', '/u1'],
])('%s fits %s and not %s', (text, fits, not) => {
  const pattern = patternOf(text, false)
  expect([pattern?.test(bytes(fits)), pattern?.test(bytes(not))]).toEqual([true, false])
})

test.each(['a++', '(?>a)', 'a*+', '\\Qa\\E', '\\h', '(?R)', '(?#x)', '(?|a)', '(*UTF8)a', '\\x{41}', '(', 'a(?i)b'])(
  '%s means something else here',
  (text) => {
    expect(patternOf(text, false)).toBeUndefined()
  },
)

test.each(['^/(a+)+$', '^/(a|aa)+$', '^(/a*)*b$', '^/(?:a*)*$', '^/a*a*a*a*a*a*a*a*a*a*b$'])(
  '%s does not hold anybody up (attack 17)',
  (text) => {
    expect(patternFits(text, false, `/${'a'.repeat(200)}!`)).not.toBe(true)
    expect(patternFits('^/([a-z]+/)+[a-z]+$', false, '/ab/cd')).toBe(true)
    expect(patternFits('^/([a-z]+/)+[a-z]+$', false, '/ab/')).toBe(false)
  },
)
