import { families, type Model, type Pass } from '../../knowledge/model.ts'
import type { Directive } from '../../read/directive.ts'
import { once, type Rule, type Trapped } from '../rule.ts'

const isHttp = ({ protocol }: Pass) => protocol === 'http'
const passNames = families.map((family) => `${family}_pass`)

/** The path of a `proxy_pass` without variables: what it puts in the place of the location's own. */
function pathOf({ family, variables, target }: Pass): string | undefined {
  if (family !== 'proxy' || variables.length > 0) return undefined
  const rest = target.replace(/^https?:\/\//i, '')
  return /^unix:/i.test(rest) ? rest.split(':')[2] || undefined : /\/.*$/.exec(rest)?.[0]
}

/** The prefix that a location is for; undefined: it is for one path, an expression or a name. */
function prefixOf(block: Directive | null): string | undefined {
  const [first = '', second] = block?.name === 'location' ? block.args : []
  if (first === '^~') return second
  return second === undefined && first.startsWith('/') ? first : undefined
}

/** Where requests go, and by which path. */
export const locationRules: readonly Rule[] = [
  {
    trap: 'path-is-decoded',
    level: 'hint',
    claims: 'A `proxy_pass` names a path.',
    because: 'It is put in the place of the location, and the rest is sent decoded: %2F arrives as a stroke (404).',
    remedy: 'Leave the path away where escaped signs matter.',
    bad: 'server { location /api/ { proxy_pass http://10.0.0.1/v1/; } }',
    good: 'server { location /api/ { proxy_pass http://10.0.0.1; } }',
    find: ({ passes }) =>
      passes.filter(isHttp).flatMap((pass) => {
        const path = pathOf(pass)
        return path === undefined ? [] : [{ directive: pass.directive, says: `${pass.target} has the path ${path}` }]
      }),
  },
  {
    trap: 'slashes-differ',
    level: 'note',
    claims:
      'Either a location or the path in its `proxy_pass` (or `alias`) ends with a stroke, and the other does not.',
    because: 'One is put in the place of the other, sign by sign: a stroke is lost or doubled, and the answer is 404.',
    remedy: 'Let both end with a stroke, or neither.',
    bad: 'server { location /api/ { proxy_pass http://10.0.0.1/v1; } }',
    good: 'server { location /api/ { proxy_pass http://10.0.0.1/v1/; } location /a { proxy_pass http://10.0.0.1/b; } }',
    find: ({ passes, all }) => [
      ...passes.filter(isHttp).flatMap((pass) => uneven(pass.directive, pathOf(pass))),
      // The other way round, files are found all the same.
      ...all
        .filter(({ name }) => name === 'alias')
        .flatMap((one) => (ends(one.args[0]) ? [] : uneven(one, one.args[0]))),
    ],
  },
  {
    trap: 'try-files-beside-pass',
    level: 'note',
    claims: 'A location has `try_files` and passes requests on, both.',
    because: 'A file that is found is not sent: its name is asked for at the upstream (404, or a page of others).',
    remedy: 'Pass on in a location of its own: `try_files $uri @app;`.',
    bad: 'server { location / { try_files $uri /index.html; proxy_pass http://10.0.0.1; } }',
    good: 'server { location / { try_files $uri @app; } location @app { proxy_pass http://10.0.0.1; } }',
    find: ({ all }) =>
      locations(all).flatMap((one) => {
        const [tried] = one.own('try_files')
        const pass = one.own(...passNames)[0]
        return tried && pass ? [{ directive: tried, says: `beside ${pass.name} ${pass.args.join(' ')}` }] : []
      }),
  },
  {
    trap: 'if-in-location',
    level: 'note',
    claims: 'An `if` of a location does not end the request, and the location has `try_files`.',
    because: 'Where it holds it takes the place of the location, which loses its try_files: 404, or the wrong file.',
    remedy: 'Use a map, or let the `if` return.',
    bad: 'server { location / { try_files $uri /index.html; if ($arg_a) { set $b 1; } } }',
    good: 'server { location / { try_files $uri /index.html; if ($arg_a) { return 403; } } }',
    find: ({ all }) =>
      locations(all).flatMap((one) => {
        const open = one.has('try_files') ? one.own('if').filter((it) => !it.has('return', 'rewrite')) : []
        return open.map((directive) => ({ directive, says: `${directive.args.join(' ')} takes try_files away` }))
      }),
  },
  {
    trap: 'location-not-reached',
    level: 'note',
    claims: 'A location by expression stands behind one that takes the same, or everything.',
    because: 'Of expressions the first that fits is taken: what is meant for this one goes there, to another upstream.',
    remedy: 'Put the narrower one first.',
    bad: 'server { location ~ ^/ { return 200; } location ~ ^/api/ { proxy_pass http://10.0.0.1; } }',
    good: 'server { location ~ ^/api/ { proxy_pass http://10.0.0.1; } location ~ ^/ { return 200; } }',
    find: ({ all }) =>
      all.filter(({ name, block }) => block && (name === 'server' || name === 'location')).flatMap(notReached),
  },
  {
    trap: 'root-in-locations-only',
    level: 'note',
    claims: 'A location serves files and has no `root`, which other locations of its server have.',
    because: "Its files are looked for where Nginx's own page lies (html below its prefix): 404.",
    remedy: 'Set root in the server.',
    bad: 'server { location / { root /srv/www; } location /img/ { expires 1d; } }',
    good: 'server { root /srv/www; location / { } location /img/ { expires 1d; } }',
    find: (model) =>
      model.all.filter(({ name, block }) => name === 'server' && block).flatMap((one) => rootless(one, model)),
  },
  {
    trap: 'host-not-passed',
    level: 'hint',
    claims: 'Requests go to a group or an address, and no `proxy_set_header Host` holds.',
    because: "The backend is asked for the group's name: it shows the wrong site, or makes links to it.",
    remedy: 'Write `proxy_set_header Host $host;` beside the other headers.',
    bad: 'upstream web { server 10.0.0.1:80; }\nserver { location / { proxy_pass http://web; } }',
    good: `upstream web { server 10.0.0.1:80; }
server { location / { proxy_pass http://web; proxy_set_header Host $host; } }`,
    find: ({ passes, effects }) =>
      passes
        .filter((pass) => isHttp(pass) && pass.family === 'proxy')
        .flatMap(({ directive, ways, target }) => {
          const { directives, isSure } = effects.at(directive, 'proxy_set_header')
          const hasHost = directives.some(({ args }) => args[0]?.toLowerCase() === 'host')
          const isOurs = ways.some(({ upstream, kind }) => upstream !== undefined || kind === 'address')
          return hasHost || !isSure || !isOurs ? [] : [{ directive, says: `${target} is asked with its own name` }]
        }),
  },
  {
    trap: 'body-limit-by-default',
    level: 'hint',
    claims: 'No `client_max_body_size` holds where requests are passed on.',
    because: 'What is longer than 1 MB is answered 413 and never reaches the upstream.',
    remedy: 'Set it to what the upstream takes.',
    bad: 'server { location / { proxy_pass http://10.0.0.1; } }',
    good: 'server { client_max_body_size 20m; location / { proxy_pass http://10.0.0.1; } }',
    find: ({ passes, effects }) => {
      const open = passes.filter(isHttp).filter(({ directive }) => {
        const { directives, isSure } = effects.at(directive, 'client_max_body_size')
        return directives.length === 0 && isSure
      })
      // Once a server: the remedy is one line.
      const first = new Map(open.map((pass) => [pass.directive.within('server'), pass] as const).reverse())
      return once([...first.values()].map(({ directive, target }) => ({ directive, says: `1 MB for ${target}` })))
    },
  },
]

const locations = (all: readonly Directive[]) => all.filter(({ name, block }) => name === 'location' && block)
const ends = (text: string | undefined) => text?.endsWith('/') === true

function uneven(directive: Directive, path: string | undefined): Trapped[] {
  const prefix = prefixOf(directive.parent)
  if (prefix === undefined || path === undefined || /[$?{]/.test(path) || ends(prefix) === ends(path)) return []
  return [{ directive, says: `${prefix} becomes ${path}: ${prefix}x is asked for as ${path}x` }]
}

/** Expressions that fit every path. */
const everything = /^\^?(\/|\.\*|\/\.\*|\.|\(\.\*\)|\/\(\.\*\))?\$?$/

function notReached(block: Directive): Trapped[] {
  const seen = new Map<string, Directive>()
  let all: Directive | undefined
  return block.own('location').flatMap((directive) => {
    const [sign = '', pattern = ''] = directive.args
    if (sign !== '~' && sign !== '~*') return []
    const key = `${sign} ${pattern}`
    const before = all ?? seen.get(key)
    seen.set(key, directive)
    if (everything.test(pattern) && pattern !== '/$' && pattern !== '^/$' && pattern !== '.$') all ??= directive
    return before ? [{ directive, says: `line ${before.line} (${before.args.join(' ')}) takes it before` }] : []
  })
}

/** What a location of files has; with anything else it may be something else. */
const ofFiles = new RegExp(
  '^(expires|add_header|access_log|error_log|autoindex\\w*|index|gzip\\w*|log_not_found|etag|types|' +
    'default_type|charset|sendfile|tcp_\\w+|open_file_cache\\w*|limit_\\w+|auth_basic\\w*|allow|if_modified_since)$',
)

function rootless(server: Directive, { effects }: Model): Trapped[] {
  const own = server.own('location')
  const rooted = own.find((one) => one.has('root'))
  const outer = server.has('root') ? undefined : effects.at(server, 'root')
  if (!rooted || !outer?.isSure || outer.directives.length > 0 || !effects.knows(server) || server.has('rewrite'))
    return []
  const files = own.find((one) => {
    const isPlain = (one.block ?? []).every(({ name }) => ofFiles.test(name))
    return isPlain && effects.knows(one) && !one.args[0]?.startsWith('@')
  })
  return files ? [{ directive: files, says: `location ${files.args.join(' ')}; line ${rooted.line} has a root` }] : []
}
