import { literalKey, type Model, type Pass } from '../../knowledge/model.ts'
import { unknown } from '../../knowledge/variables.ts'
import type { Rule, Trapped } from '../rule.ts'

const enginesOwn = '127.0.0.11'

/** Traps about names that are looked up for each request. */
export const nameRules: readonly Rule[] = [
  {
    trap: 'resolver-missing',
    level: 'trap',
    claims: 'A `…_pass` with a variable can lead to a name, and no `resolver` holds there.',
    because: 'With a variable in it the name is resolved for each request; without a resolver each is answered 502.',
    remedy: 'Name a resolver, with valid= for how long answers are kept.',
    bad: 'server { set $api api-1; location / { proxy_pass http://$api:8080; } }',
    good: `upstream blue { server 10.0.0.1:80; }
upstream green { server 10.0.0.2:80; }
split_clients $request_id $color { 50% blue; * green; }
server { location / { proxy_pass http://$color; } location /x { proxy_pass http://10.0.0.1:$server_port; } }`,
    find: (model) => model.passes.flatMap((pass) => missing(pass, model)),
  },
  {
    trap: 'resolver-not-asked',
    level: 'note',
    claims: 'A `…_pass` with a variable and one without lead to the same name and port.',
    because: 'Nginx takes the addresses that it found for the other one when it started, and never asks the resolver.',
    remedy: 'Write both with the variable.',
    bad: `server {
  resolver 10.0.0.9 valid=5s;
  set $api api-1;
  location /a { proxy_pass http://$api:8080; }
  location /b { proxy_pass http://api-1:8080; }
}`,
    good: `server {
  resolver 10.0.0.9 valid=5s;
  set $api api-1;
  location /a { proxy_pass http://$api:8080; }
  location /b { proxy_pass http://$api:8081; }
}`,
    find: ({ passes, effects, literals }) =>
      passes.flatMap((pass) => {
        const hasResolver = effects.at(pass.directive, 'resolver').directives.length > 0
        const ways = hasResolver && pass.variables.length > 0 ? pass.ways : []
        const other = ways.map((way) => literals.get(literalKey(pass, way))).find((one) => one !== undefined)
        if (!other) return []
        return [{ directive: pass.directive, says: `${pass.target} leads to what line ${other.directive.line} names` }]
      }),
  },
  {
    trap: 'names-kept-by-engine',
    level: 'note',
    claims: `The engine's own resolver (${enginesOwn}) is asked without \`valid=\`.`,
    because:
      'It lets its answers be kept for 600 s: ten minutes of 502 after a container came back with another address.',
    remedy: `Write e.g. \`resolver ${enginesOwn} valid=5s;\`.`,
    bad: `server { resolver ${enginesOwn}; }`,
    good: `server { resolver ${enginesOwn} valid=5s; }`,
    find: ({ all }) =>
      all
        .filter(({ name, args }) => {
          const isEngines = args.some((word) => word === enginesOwn || word.startsWith(`${enginesOwn}:`))
          return name === 'resolver' && isEngines && !args.some((word) => word.startsWith('valid='))
        })
        .map((directive) => ({ directive, says: `${enginesOwn} without valid=` })),
  },
]

function missing(pass: Pass, { effects, literals }: Model): Trapped[] {
  const { directive, variables, ways, target } = pass
  const { directives, isSure } = effects.at(directive, 'resolver')
  if (variables.length === 0 || directives.length > 0 || !isSure) return []
  const asked = ways.filter(({ kind, upstream, host }) => {
    return !upstream && host !== '' && (kind === 'name' || kind === 'unknown')
  })
  const open = asked.filter((way) => !literals.has(literalKey(pass, way)))
  const named = open.find(({ kind }) => kind === 'name')
  if (named) {
    const host = named.host.replaceAll(unknown, '…')
    return [{ directive, says: `${target}: ${host} needs a resolver, and there is none` }]
  }
  if (open.length === 0) return []
  const listed = variables.map((name) => `$${name}`).join(', ')
  const says = `${target}: what ${listed} may be is not known; a name needs a resolver`
  return [{ directive, says, level: 'note' }]
}
