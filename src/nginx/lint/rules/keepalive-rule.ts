import type { Model, Pass, Upstream } from '../../knowledge/model.ts'
import { compareVersions } from '../../knowledge/units.ts'
import { entriesOf, unknown, type Variables } from '../../knowledge/variables.ts'
import type { Directive } from '../../read/directive.ts'
import { type Known, once, type Rule, type Trapped } from '../rule.ts'

const keepaliveOf = ({ directive }: Upstream) => directive.own('keepalive').find(({ args }) => args[0] !== '0')

/** A group asks for connections to be kept, and who passes requests to it closes each. */
export const keepaliveRule: Rule = {
  trap: 'keepalive-not-used',
  level: 'trap',
  claims: 'A group has `keepalive`, and requests to it close their connection.',
  because: 'Each request opens a connection of its own, and local ports run out under load (errno 99, 502).',
  remedy:
    'Set `proxy_http_version 1.1;` and, beside the other headers, `proxy_set_header Connection "";`; for FastCGI ' +
    '`fastcgi_keep_conn on;`.',
  versions: 'With proxy_pass until 1.29.6; from 1.29.7 on 1.1 is the default, and no Connection is sent.',
  bad: `upstream web { server 10.0.0.1:80; keepalive 4; }
server { location / { proxy_pass http://web; } }`,
  good: `upstream web { server 10.0.0.1:80; keepalive 4; }
server { location / { proxy_pass http://web; proxy_http_version 1.1; proxy_set_header Connection ""; } }`,
  find: (model, known) =>
    once(
      model.passes
        .filter(({ protocol }) => protocol === 'http')
        .flatMap((pass) => pass.upstreams.map((upstream) => ({ pass, upstream })))
        .map(({ pass, upstream }) => {
          const keepalive = keepaliveOf(upstream)
          if (!keepalive) return undefined
          if (pass.family === 'fastcgi') return fastcgi(model, pass, keepalive)
          return pass.family === 'proxy' ? proxy(model, pass, known) : undefined
        }),
    ),
}

function fastcgi({ effects }: Model, pass: Pass, keepalive: Directive): Trapped | undefined {
  const { directive, isSure } = effects.first(pass.directive, 'fastcgi_keep_conn')
  if (directive?.args[0] === 'on' || (!directive && !isSure)) return undefined
  return {
    directive: keepalive,
    says: `${pass.target} in line ${pass.directive.line} is asked without fastcgi_keep_conn on`,
  }
}

function proxy(model: Model, pass: Pass, known: Known): Trapped | undefined {
  const closed = versionCloses(model, pass, known) ?? headerCloses(model, pass, known)
  const says = `${pass.target} has keepalive, and connections are closed: ${closed}`
  return closed === undefined ? undefined : { directive: pass.directive, says }
}

const isNew = ({ version }: Known) => version !== undefined && compareVersions(version, '1.29.7') >= 0

function versionCloses({ effects }: Model, { directive }: Pass, known: Known): string | undefined {
  const set = effects.first(directive, 'proxy_http_version')
  const version = set.directive?.args[0] ?? (isNew(known) || !set.isSure ? '1.1' : '1.0')
  const header = effects.at(directive, 'proxy_set_header').directives.filter(isConnection).at(-1)
  // HTTP/1.0 keeps a connection when it is asked to by this header.
  if (version !== '1.0' || header?.args[1]?.toLowerCase() === 'keep-alive') return undefined
  return set.directive ? 'proxy_http_version is 1.0' : 'proxy_http_version is 1.0 by default'
}

const isConnection = ({ args }: Directive) => args[0]?.toLowerCase() === 'connection'

function headerCloses({ effects, variables }: Model, { directive }: Pass, known: Known): string | undefined {
  const { directives, isSure } = effects.at(directive, 'proxy_set_header')
  const header = directives.filter(isConnection).at(-1)
  if (header) return closingValue(header, variables)
  if (!isSure || isNew(known)) return undefined
  return directives[0] && directives[0].parent !== null && outerHas(directives[0], effects)
    ? `the proxy_set_header of line ${directives[0].line} replaces all those further out, Connection among them`
    : 'Connection is close by default'
}

/** Whether a Connection header further out is lost to the ones that are here. */
function outerHas({ parent }: Directive, effects: Model['effects']): boolean {
  return parent !== null && effects.at(parent, 'proxy_set_header').directives.some(isConnection)
}

/** What an ordinary request, which asks for no upgrade, sends. */
function closingValue({ args, line }: Directive, variables: Variables): string | undefined {
  const [, value = ''] = args
  if (value.toLowerCase() === 'close') return `Connection is close (line ${line})`
  const [, name] = /^\$\{?(\w+)\}?$/.exec(value) ?? []
  const definitions = name === undefined ? [] : variables.definitions(name)
  const closing = definitions.filter((one) => {
    return ordinary(one, variables).every((text) => text.toLowerCase() === 'close')
  })
  if (closing.length === 0 || closing.length < definitions.length) return undefined
  return `${value} is close when no upgrade is asked for (${closing[0]?.name} in line ${closing[0]?.line})`
}

/** What is known of each; while it is being read it is what nobody knows: it may name itself. */
const known = new WeakMap<Directive, readonly string[]>()

/** The values that a definition may have for a request without an Upgrade header. */
function ordinary(definition: Directive, variables: Variables): readonly string[] {
  const before = known.get(definition)
  if (before) return before
  known.set(definition, [unknown])
  const values = [...new Set(ordinaryOf(definition, variables).flatMap((value) => of(value, variables)))]
  known.set(definition, values)
  return values
}

/** A value that is a variable is what that one is. */
function of(value: string, variables: Variables): readonly string[] {
  const [, name] = /^\$\{?(\w+)\}?$/.exec(value) ?? []
  const definitions = name === undefined ? [] : variables.definitions(name)
  return definitions.length === 0 ? [value] : definitions.flatMap((one) => ordinary(one, variables))
}

function ordinaryOf(definition: Directive, variables: Variables): string[] {
  if (definition.name === 'set') return [definition.args[1] ?? '']
  const entries = entriesOf(definition)
  const byKey = (...keys: string[]) => entries.find(({ key }) => keys.includes(key))?.value
  const [source = ''] = definition.args
  if (definition.name === 'map' && /^\$\{?http_\w+\}?$/.test(source)) {
    return [byKey('') ?? byKey('~^$', '~*^$') ?? byKey('default') ?? '']
  }
  if (definition.name === 'map' && !entries.some(({ key }) => key.startsWith('~'))) {
    const [given = source, ...others] = of(source, variables)
    if (given !== source && given !== unknown && others.length === 0) return [byKey(given) ?? byKey('default') ?? '']
  }
  return entries.length === 0 ? [''] : entries.map(({ value }) => value)
}

const methods = ['hash', 'ip_hash', 'least_conn', 'least_time', 'random']

/** The method takes the place of what keeps connections. */
export const keepaliveOrderRule: Rule = {
  trap: 'keepalive-before-method',
  level: 'trap',
  claims: '`keepalive` stands before the balancing method of its group.',
  because: 'The method replaces it, no connection is kept, and Nginx only warns (load balancing method redefined).',
  remedy: 'Write keepalive below ip_hash, hash, least_conn or random.',
  bad: 'upstream web { keepalive 4; ip_hash; server 10.0.0.1:80; server 10.0.0.2:80; }',
  good: 'upstream web { ip_hash; keepalive 4; server 10.0.0.1:80; server 10.0.0.2:80; }',
  find: ({ upstreams }) =>
    upstreams.flatMap((upstream) => {
      const directive = keepaliveOf(upstream)
      const own = upstream.directive.block ?? []
      const method = own
        .slice(directive ? own.indexOf(directive) : own.length)
        .find(({ name }) => methods.includes(name))
      return directive && method ? [{ directive, says: `keepalive before ${method.name} (line ${method.line})` }] : []
    }),
}
