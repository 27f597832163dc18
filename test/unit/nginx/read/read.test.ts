import { describe, expect, test } from 'vitest'
import { lint } from '../../../../src/nginx/index.ts'
import type { Directive } from '../../../../src/nginx/read/directive.ts'
import { filesOf } from '../../../../src/nginx/read/files.ts'
import { matchesName, normalPath } from '../../../../src/nginx/read/glob.ts'
import { readConfiguration } from '../../../../src/nginx/read/read.ts'

const main = '/etc/nginx/nginx.conf'

function read(text: string, more: Record<string, string> = {}) {
  return readConfiguration({ main, files: filesOf(new Map([[main, text], ...Object.entries(more)])) })
}

const shown = ({ name, args, block }: Directive): string =>
  [name, ...args].join(' ') + (block ? ` {${block.map(shown).join(' ')}}` : ';')
const tree = (text: string, more: Record<string, string> = {}) => read(text, more).directives.map(shown).join(' ')
const mistakes = (text: string) => read(text).unread.map(({ line, column, because }) => `${line}:${column} ${because}`)

describe('words', () => {
  test.each([
    ['a b  c;', 'a b c;'],
    ['a "b c" \'d e\';', 'a b c d e;'],
    ['a "b\\"c" b\\ c "\\.x";', 'a b"c b\\ c \\.x;'],
    [`a $\{b}c{d 1;}`, `a $\{b}c {d 1;}`],
    ['a b#c; # {comment;\nd;', 'a b#c; d;'],
    ['a b}c;', 'a b}c;'],
    ['if ($a ~ "x{2}") { b; }', 'if ($a ~ x{2} ) {b;}'],
    ["a '';", 'a ;'],
    ['a\r\n\tb\r\n;\r\n', 'a b;'],
  ])('%j', (text, expected) => {
    expect(tree(text)).toBe(expected)
    expect(mistakes(text)).toEqual([])
  })

  test('an edit finds each word and block at its place', () => {
    const text = 'http {\r\n  upstream "a b" { server 10.0.0.1:80; } # }\r\n}'
    const [http] = read(text).directives
    const [upstream] = http?.own('upstream') ?? []
    const [server] = upstream?.own('server') ?? []
    const word = server?.words[1]
    expect(text.slice(word?.start, word?.end)).toBe('10.0.0.1:80')
    expect(text.slice(upstream?.start, upstream?.end)).toBe('upstream "a b" { server 10.0.0.1:80; }')
    expect(text.slice(upstream?.body?.start, upstream?.body?.end)).toBe(' server 10.0.0.1:80; ')
    expect([server?.line, server?.column]).toEqual([2, 20])
    expect(server?.within('http', 'stream')).toBe(http)
  })
})

describe('bodies in another language', () => {
  test.each([
    ['content_by_lua_block', "if a then -- it's } here\n t = { '}', \"}\", [[ } ]], [==[ ]] } ]==] } end --[[ } ]] "],
    ['set_by_lua_block $x', 'return "\\"}" .. #peers .. (a[b[1]])'],
    ['content_by_njs_block', 'const a = { b: `}` } // }\n /* } */ return "}"'],
  ])('%s', (name, body) => {
    const text = `a; ${name} {${body}} b;`
    expect(mistakes(text)).toEqual([])
    expect(tree(text)).toBe(`a; ${name} {} b;`)
  })

  test('one that is never closed is said where it begins', () => {
    expect(mistakes('a;\n  content_by_lua_block { [[ }')).toEqual([
      "2:3 a block is not closed: 'content_by_lua_block' has no '}'",
    ])
  })
})

describe('what Nginx refuses is said once a file, at its place', () => {
  test.each([
    ['http {\n a;', "1:1 a block is not closed: 'http' has no '}'"],
    ['a;\n}\n}', "2:1 there is one '}' too many"],
    ['http {\n  a b\n}\nc;', "2:3 'a b' is not ended by ';'"],
    ['a; ;', "1:4 ';' has no directive before it"],
    ['a "b;\nc;', '1:3 unexpected end of file, a " is not closed'],
    ['a "b"c;', '1:6 unexpected "c"'],
    [`a ${'b'.repeat(4_096)};`, '1:3 too long parameter "bbbbbbbbbb..." started'],
    ['\uFEFFserver { }', '1:1 unknown directive "\uFEFFserver": the file begins with a byte order mark'],
    ['a;\0', '1:3 it is no text: it has NUL characters'],
  ])('%j', (text, expected) => {
    expect(mistakes(text)).toEqual([expected])
  })

  test('what stands behind it is read all the same', () => {
    expect(tree('\uFEFFa; http { b } c;')).toBe('a; http {} c;')
  })
})

describe('includes', () => {
  const file = (name: string) => `/etc/nginx/${name}`

  test('stand where their include does, in their order', () => {
    const more = { [file('x/b.conf')]: 'b;', [file('x/a.conf')]: 'a;', [file('x/.c.conf')]: 'c;', [file('x/d')]: 'd;' }
    expect(tree('http { include x/*.conf; } include x/../x/d;', more)).toBe('http {a; b;} d;')
    expect(tree('include x/.*;', more)).toBe('c;')
    expect(tree('include */a.conf;', more)).toBe('a;')
  })

  test('a circle is told, and ends', () => {
    const more = { [file('a')]: 'include b;', [file('b')]: 'c; include a;' }
    const { unread, directives } = read('include a;', more)
    expect(directives.map(shown)).toEqual(['c;'])
    expect(unread.map(({ kind, file: where }) => `${kind} ${where}`)).toEqual(['refused /etc/nginx/b'])
  })

  test('files that include each other many times over are read up to a limit, which is told once', () => {
    const names = ['b', 'c', 'd', 'e', 'f', 'g']
    const more = Object.fromEntries(
      names.map((name, at) => [file(name), `include ${names[at + 1] ?? 'end'};`.repeat(10)]),
    )
    const { unread } = read('include b;', { ...more, [file('end')]: 'x;' })
    expect(unread.map(({ because }) => because)).toEqual(['only 10000 includes are read'])
  })

  test('blocks in blocks without end are read up to a limit', () => {
    const { unread } = read('a{'.repeat(100_000))
    expect(unread.map(({ because }) => because)).toEqual(['only 200 blocks in each other are read'])
    expect(read('{'.repeat(100_000)).unread).toHaveLength(1)
  })
})

describe('glob(3)', () => {
  test.each([
    ['*', 'a.conf', true],
    ['*', '.a.conf', false],
    ['?a', '.a', false],
    ['[.]a', '.a', false],
    ['.*', '.a', true],
    ['\\.a', '.a', true],
    ['[!_]*.conf', '_a.conf', false],
    ['[!_]*.conf', 'a.conf', true],
    ['[^_]*', '_', false],
    ['[]a]x', ']x', true],
    ['[!]]x', 'ax', true],
    ['[a-c]1', 'b1', true],
    ['[a-c]1', 'd1', false],
    ['[a-]', '-', true],
    ['[[:digit:]]x', '7x', true],
    ['[[:digit:]]x', 'ax', false],
    ['[[:toString:]]x', 'ax', false],
    ['a[.conf', 'a[.conf', true],
    ['a[.conf', 'a.conf', false],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a*b*c', 'aXbXbXc', true],
    ['a*b', 'a', false],
    ['a.c', 'abc', false],
    ['?.conf', 'ä.conf', false],
    ['??.conf', 'ä.conf', true],
    ['ä*', 'ä.conf', true],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matchesName(pattern, name)).toBe(expected)
  })

  test('many stars take no time', () => {
    expect(matchesName(`${'*a'.repeat(100)}b`, 'a'.repeat(250))).toBe(false)
  })

  test('paths', () => {
    expect(normalPath('/a/./b//../c')).toBe('/a/c')
    expect(normalPath('/../../a')).toBe('/a')
  })
})

test('two hundred thousand braces of variables, and groups that grow out of each other, end', () => {
  const doubled = Array.from({ length: 100 }, (_, at) => `set $b${at + 1} "$b${at}$b${at}";`)
  const text = `server { set $b0 x; ${doubled.join('')} location / { proxy_pass http://$b100; } }`
  expect(lint(main, new Map([[main, text]])).map(({ trap }) => trap)).toContain('resolver-missing')
  expect(mistakes(`$\{`.repeat(100_000))).toHaveLength(1)
})
