import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  type Configuration,
  type EditedFile,
  filesOf,
  type Instruments,
  instrument,
  readConfiguration,
  releaseIn,
  uninstrument,
} from '../../../../src/nginx/index.ts'

const main = '/etc/nginx/nginx.conf'
const given: Instruments = { status: '127.0.0.1:8081', release: 'r-1', logs: ['/log/a.jsonl'] }
const ours = 'access_log /log/a.jsonl badgateway;'

type Texts = ReadonlyMap<string, string>
const read = (texts: Texts): Configuration => readConfiguration({ main, files: filesOf(texts) })
const of = (text: string, more: Record<string, string> = {}): Texts => new Map([[main, text], ...Object.entries(more)])
const put = (texts: Texts, files: readonly EditedFile[]): Texts =>
  new Map([...texts, ...files.map(({ path, after }) => [path, after] as const)])

function done(texts: Texts, more: Partial<Instruments> = {}) {
  const found = instrument(read(texts), { ...given, ...more })
  if ('because' in found) throw new Error(found.because)
  const after = put(texts, found.files)
  return { ...found, after, back: put(after, uninstrument(read(after))) }
}

/** Whether and why it is refused. */
const refusal = (texts: Texts, more: Partial<Instruments> = {}) => {
  const found = instrument(read(texts), { ...given, ...more })
  return 'because' in found ? found.because : undefined
}

describe('where our log is added', () => {
  test.each([
    ['behind each own one', 'access_log /a main;', `access_log /a main; ${ours}`],
    ['and behind the last of several', 'access_log /a; access_log /b;', `access_log /a; access_log /b; ${ours}`],
    ['without its condition', 'access_log /a main if=$bad;', `access_log /a main if=$bad; ${ours}`],
    ['in the place of off, in its quotes', 'access_log "off";', 'access_log "/log/a.jsonl" badgateway if=off;'],
    ['in the place of off, bare', 'access_log  off ;', 'access_log  /log/a.jsonl badgateway if=off ;'],
    [
      'not where the word is none',
      'set $a "access_log b;"; # access_log c;',
      'set $a "access_log b;"; # access_log c;',
    ],
  ])('%s', (_what, text, expected) => {
    const around = (inner: string) => `server { location / { ${inner}\r\n } }`
    const conf = (inner: string) => of(`events {}\nhttp { include s; }`, { '/etc/nginx/s': around(inner) })
    const { after, back } = done(conf(text))
    expect(after.get('/etc/nginx/s')).toBe(around(expected))
    expect(back).toEqual(conf(text))
  })

  test('at every level, and at no other', () => {
    const text = `events {}
http { access_log /a; map $host $x { access_log 1; default 2; }
  server { access_log /b; location / { access_log off; if ($x) { access_log /c; } limit_except GET { access_log /d; } }
    location /lua { content_by_lua_block { local a = "access_log x;" } } } }
stream { log_format s '$bytes_sent'; server { listen 1; access_log /e s; proxy_pass 10.0.0.1:1; } }`
    const { added, after, lacking, back } = done(of(text))
    const logs = added.filter(({ what }) => what === 'access log')
    expect(logs.map(({ line, text: put }) => `${line} ${put}`)).toEqual([
      `2 ${ours}`,
      `3 ${ours}`,
      '3 /log/a.jsonl badgateway if=off',
      `3 ${ours}`,
      `3 ${ours}`,
    ])
    expect(after.get(main)?.split('\n').at(-1)).toBe(text.split('\n').at(-1))
    expect(lacking).toEqual([])
    expect(back).toEqual(of(text))
  })

  test('where none is set Nginx writes its own all the same', () => {
    const { after, back } = done(of('events {} http { server { } }'), { defaultLog: '/d.log' })
    expect(after.get(main)).toContain(` access_log /d.log combined if=default; ${ours}`)
    expect(back).toEqual(of('events {} http { server { } }'))
    const own = of('events {} http { access_log /d.log combined; server { listen 1; } }')
    expect(done(own).back).toEqual(own)
  })

  test('a snippet of several places once, whatever else stands there', () => {
    const both = 'events {} http { server { listen 1; access_log /a; include s; } server { listen 2; include s; } }'
    const { after, lacking, back } = done(of(both, { '/etc/nginx/s': 'access_log /b;' }))
    expect(after.get('/etc/nginx/s')).toBe(`access_log /b; ${ours}`)
    expect(after.get(main)).not.toContain(ours.replace(';', '; include'))
    expect(lacking).toEqual([])
    expect(back).toEqual(of(both, { '/etc/nginx/s': 'access_log /b;' }))
  })

  test('what cannot be is said', () => {
    const mixed = done(of('events {} http { server { listen 1;\naccess_log off; access_log /a; } include gone; }'))
    expect(mixed.lacking.map(({ line, because }) => `${line} ${because.split(':')[0]}`)).toEqual([
      '2 /etc/nginx/gone is not in what was given',
      '2 requests of this level are not logged',
    ])
    const shared = { '/etc/nginx/s': 'access_log /dev/null x;' }
    const stream = 'stream { log_format x y; include s; }'
    const two = done(of(`events {} http { log_format x y; include s; server { listen 1; } } ${stream}`, shared))
    expect(two.after.get('/etc/nginx/s')).toBe(shared['/etc/nginx/s'])
    expect(two.lacking).toHaveLength(1)
    expect(done(of('events {} http { limit_req zone=z; server { listen 1; } }')).lacking).toHaveLength(1)
  })
})

test('templates stay templates', () => {
  const text = `events {} http { server { listen \${PORT}; access_log \${LOG} main; } \${MORE} }`
  const { after, lacking, back } = done(of(text))
  expect(after.get(main)).toContain(`access_log \${LOG} main; ${ours}`)
  expect(after.get(main)).toContain(`\${MORE} \nmap $status`)
  expect(lacking.map(({ because }) => because)).toEqual(['what a template fills in may be off'])
  expect(back).toEqual(of(text))
})

describe('what else is added', () => {
  test('no line moves, in the http block wherever it is', () => {
    const texts = of('load_module m.so;\nevents {}\ninclude h/*.conf;\n', {
      '/etc/nginx/h/a.conf': 'http { # all\r\n  map_hash_bucket_size 128;\r\n  server { listen 80; }\r\n}\r\n',
    })
    const { after, added, back, files } = done(texts)
    expect(files.map(({ path }) => path)).toEqual(['/etc/nginx/h/a.conf'])
    const text = after.get('/etc/nginx/h/a.conf') ?? ''
    expect(text.split('\n')).toHaveLength(5)
    expect(text.indexOf('map "" $badgateway_release { default "r-1"; }')).toBeGreaterThan(text.indexOf('map_hash'))
    expect(added.map(({ what, file, line }) => `${what} ${file}:${line}`)).toEqual([
      'log format /etc/nginx/h/a.conf:1',
      'status server /etc/nginx/h/a.conf:4',
    ])
    expect(back).toEqual(texts)
  })

  test('a http block where there is none, and an empty one is none of ours', () => {
    for (const text of ['events {}\nstream { server { listen 1; } }', 'events {}', 'events {} http {}']) {
      const { after, back } = done(of(text))
      expect(read(after).directives.filter(({ name }) => name === 'http')).toHaveLength(1)
      expect(back).toEqual(of(text))
    }
  })

  test('names that are taken are left to those who have them', () => {
    const taken = 'log_format badgateway x; map $host $badgateway_release { default 1; }'
    const { after, back } = done(of(`events {} http { ${taken} access_log /a badgateway; }`))
    expect(after.get(main)).toContain('access_log /a badgateway; access_log /log/a.jsonl badgateway_2;')
    expect(after.get(main)).toContain('map "" $badgateway_release_2')
    expect(back.get(main)).toBe(`events {} http { ${taken} access_log /a badgateway; }`)
  })

  test('the status server is not bound by what holds for all', () => {
    const { after } = done(of('events {} http { deny all; auth_request /x; server { listen 1; } }'))
    expect(after.get(main)).toContain('access_log off; allow all; auth_request off; location = /stub_status')
    expect(done(of('events {} http {}'), { hasStubStatus: false }).after.get(main)).not.toContain('stub_status')
  })

  test('several logs', () => {
    const text = 'events {} http { access_log off; server { listen 1; access_log /a; } }'
    const { after, back } = done(of(text), { logs: ['/dev/stdout', '/log/a_b'] })
    expect(after.get(main)).toContain('access_log /dev/stdout badgateway if=off; access_log /log/a_b badgateway;')
    expect(back).toEqual(of(text))
  })
})

test.each([
  ['events {} http { server { listen 8081; } }', 'is taken: /etc/nginx/nginx.conf:1'],
  ['events {} http { server { listen [::]:8081; listen *:8080-8090; } }', 'is taken'],
  ['events {} stream { server { listen 127.0.0.1:8081; } }', 'is taken'],
  ['server { listen 80; }', 'no http block'],
  ['events {} include elsewhere.conf;', 'no http block'],
  ['events {} http {', 'a block is not closed'],
])('%s: %s', (text, because) => {
  expect(refusal(of(text))).toContain(because)
})

test('an address, a release and a log that are none are refused, and so is a second time', () => {
  const text = of('events {} http { server { } }')
  expect(refusal(text, { status: 'nowhere' })).toContain('no address')
  expect(refusal(text, { status: '127.0.0.1:80' })).toContain('is taken')
  expect(refusal(text, { release: '"; }' })).toContain('no name of a release')
  expect(refusal(text, { logs: ['a.log'] })).toContain('no path of a log')
  expect(refusal(done(text).after)).toContain('already')
  expect(refusal(text, { status: '127.0.0.2:8081' })).toBeUndefined()
  expect(uninstrument(read(text))).toEqual([])
})

test('of a draft only what breaks the file of the http block is refused', () => {
  const texts = of('events {} http { include b; }', { '/etc/nginx/b': 'server {' })
  expect(refusal(texts)).toContain('/etc/nginx/b:1')
  const { after, back } = done(texts, { isDraft: true })
  expect([releaseIn(read(after)), back]).toEqual(['r-1', texts])
  expect(refusal(of('events {} http {'), { isDraft: true })).toContain(`${main}:1`)
})

test('where all that was not given is known to hold no http block, one is added', () => {
  const texts = of('include /etc/nginx/modules/*.conf; events {}')
  expect(refusal(texts)).toContain('no http block')
  const { after, back } = done(texts, { isWhole: true })
  expect([releaseIn(read(after)), back]).toEqual(['r-1', texts])
})

test('the release that is told is found again, of several words too', () => {
  for (const text of ['events {}', 'events {} http { access_log /a; }']) {
    expect(releaseIn(read(of(text)))).toBeUndefined()
    expect(releaseIn(read(done(of(text), { release: 'proxy-green r-2' }).after))).toBe('proxy-green r-2')
  }
  expect(refusal(of('events {}'), { release: 'two  blanks' })).toContain('no name of a release')
})

/** The shop's own files, with each overlay. */
function shop(): Texts[] {
  const root = join(import.meta.dirname, '../../../../docker/proxy')
  const inside = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.conf'))
      .map((name) => [`/etc/nginx/${name}`, readFileSync(join(root, folder, name), 'utf8')] as const)
  const overlays = readdirSync(join(root, 'overlays')).map((name) => inside(`overlays/${name}`))
  return [[], ...overlays].map((files) => new Map([...inside('conf'), ...files]))
}

test('the shop has no special lines, and is instrumented like anybody', () => {
  const [texts = new Map()] = shop()
  expect([...texts.values()].join('')).not.toMatch(/badgateway|log_format|stub_status|8081/)
  const logs = ['/dev/stdout', '/var/log/shop/access.jsonl'] as const
  const { after, lacking, back } = done(texts, { status: '8081', release: 'good', logs })
  const [http] = read(after).directives.filter(({ name }) => name === 'http')
  expect(lacking).toEqual([])
  expect(http?.own('access_log').map(({ args }) => args.join(' '))).toEqual([
    '/dev/stdout badgateway if=off',
    '/var/log/shop/access.jsonl badgateway',
  ])
  const status = http?.own('server').filter((one) => one.own('listen')[0]?.args[0] === '8081')
  expect(status?.flatMap((one) => one.own('location')).map(({ args }) => args.join(' '))).toEqual([
    '= /stub_status',
    '= /config-hash',
  ])
  expect(back).toEqual(texts)
})

/** Numbers that look like chance and are the same each time (Park and Miller). */
function dice(seed: number): (sides: number) => number {
  let state = seed * 48_271
  return (sides) => {
    state = (state * 48_271) % 2_147_483_647
    return state % sides
  }
}

const logs = ['access_log /a;', 'access_log  off\t;', "access_log 'off';", '"access_log" /b combined buffer=4k;', '']
const lines = [
  '# access_log off; {',
  'include s/*;',
  'set $a "}";',
  'add_header A "access_log b;";',
  `server_name "\${A}";`,
]
const ends = ['\n', '\r\n', ' ', '\t', '']

function randomBlock(roll: (sides: number) => number, depth: number): string {
  const one = (list: readonly string[]) => list[roll(list.length)] ?? ''
  const line = () => `${one(logs)}${one(ends)}${one(lines)}\n${one(ends)}`
  const inner =
    depth > 0 ? `${one(['location / {', "if ($a ~ 'x{2}') {"])}${randomBlock(roll, depth - 1)}}${one(ends)}` : ''
  return Array.from({ length: roll(4) }, line).join('') + inner + line()
}

test('whatever was instrumented is as before, to the byte', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const roll = dice(seed)
    const servers = Array.from({ length: roll(4) }, (_, at) => `server{listen ${9000 + at};${randomBlock(roll, 2)}}`)
    const gap = '\n'.repeat(roll(2))
    const text = `events{}${gap}http{${randomBlock(roll, 0)}${servers.join(' ')}}${'\r\n'.repeat(roll(2))}`
    const texts = of(text, { '/etc/nginx/s/1': `access_log /x${seed};`, '/etc/nginx/s/2': '# none' })
    const { after, back } = done(texts)
    expect(after).not.toEqual(texts)
    expect(back).toEqual(texts)
  }
  for (const texts of shop()) expect(done(texts, { status: '127.0.0.1:8089' }).back).toEqual(texts)
})

test('twenty thousand levels are instrumented in one go', () => {
  const one = 'location /a { access_log /x; include s; }\n'
  const texts = of(`events {} http { server { ${one.repeat(20_000)} } }`, { '/etc/nginx/s': '# none' })
  const { added, back } = done(texts)
  expect(added).toHaveLength(20_002)
  expect(back).toEqual(texts)
})
