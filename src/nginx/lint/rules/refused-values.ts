import { ownOf } from '../../../kit/own.ts'
import { protocolsOf } from '../../knowledge/known-directives.ts'
import { type Family, families, type Model } from '../../knowledge/model.ts'
import { isSeconds } from '../../knowledge/units.ts'
import type { Trapped } from '../rule.ts'

/** Values that no Nginx takes, whatever else is there. */
export function refusedValues(model: Model): Trapped[] {
  return [...retried(model), ...unverifiable(model), ...worded(model), ...mapped(model)]
}

const statuses = (...codes: number[]) => codes.map((code) => `http_${code}`)
const byAll = ['error', 'timeout', 'off']
const ofHeaders = [...byAll, 'invalid_header', 'non_idempotent', ...statuses(500, 503, 403, 404, 429)]
/** What each module may retry after. */
const conditions: Record<Family, readonly string[]> = {
  proxy: [...ofHeaders, 'updating', ...statuses(502, 504)],
  fastcgi: [...ofHeaders, 'updating'],
  uwsgi: [...ofHeaders, 'updating'],
  scgi: [...ofHeaders, 'updating'],
  grpc: [...ofHeaders, ...statuses(502, 504)],
  memcached: [...byAll, 'invalid_response', 'not_found'],
}

/** Words that a template fills in are nobody's mistake. */
const isFixed = (text: string) => /^[\w.:/=@-]*$/.test(text)

function retried({ all }: Model): Trapped[] {
  return families.flatMap((family) =>
    all
      .filter(({ name, block, args }) => name === `${family}_next_upstream` && !block && args.every(isFixed))
      .filter((directive) => !directive.within('stream'))
      .flatMap((directive) => {
        const wrong = directive.args.find((word) => !conditions[family].includes(word))
        return wrong === undefined ? [] : [{ directive, says: `invalid value "${wrong}"` }]
      }),
  )
}

const stale = conditions.proxy
/** Directives whose own words are checked; each says what is wrong, or nothing. */
const checks: Readonly<Record<string, (args: readonly string[]) => string | undefined>> = {
  error_page: (args) => {
    const statuses = args.slice(0, -1)
    const answer = statuses.at(-1)?.startsWith('=') ? statuses.pop() : undefined
    if (answer !== undefined && !/^=\d*$/.test(answer)) return `invalid value "${answer}"`
    const wrong = statuses.find((text) => !/^\d+$/.test(text) || text === '499')
    if (wrong !== undefined) return `invalid value "${wrong}"`
    const far = statuses.find((text) => Number(text) < 300 || Number(text) > 599)
    return far === undefined ? undefined : `value "${far}" must be between 300 and 599`
  },
  return: ([code = '', ...more]) => {
    if (more.length === 0 && /^(https?:\/\/|\$scheme)/.test(code)) return undefined
    return /^\d{1,3}$/.test(code) ? undefined : `invalid return code "${code}"`
  },
  set: ([name = '']) => (/^\$./.test(name) ? undefined : `invalid variable name "${name}"`),
  map: (args) => (/^\$./.test(args[1] ?? '') ? undefined : `invalid variable name "${args[1]}"`),
  limit_req_status: ([code = '']) => (isBetween(code, 400, 599) ? undefined : 'value must be between 400 and 599'),
  limit_conn_status: ([code = '']) => (isBetween(code, 400, 599) ? undefined : 'value must be between 400 and 599'),
  proxy_cache_use_stale: (args) => {
    const wrong = args.find((text) => !stale.includes(text))
    return wrong === undefined ? undefined : `invalid value "${wrong}"`
  },
  proxy_http_version: ([text = '']) => (/^(1\.[01]|2)$/.test(text) ? undefined : `invalid value "${text}"`),
  worker_processes: ([text = '']) => (/^(auto|\d+)$/.test(text) ? undefined : 'invalid value'),
  worker_connections: ([text = '']) => (/^\d+$/.test(text) ? undefined : `invalid number "${text}"`),
  keepalive: ([text = '']) => (/^\d+$/.test(text) ? undefined : `invalid value "${text}" in "keepalive" directive`),
  keepalive_timeout: (args) =>
    args.every((text, at) => isSeconds(text, at === 0 ? 'msec' : 'sec'))
      ? undefined
      : '"keepalive_timeout" directive invalid value',
  error_log: ([, ...words]) => {
    const wrong = words.find((text) => !levels.includes(text) && !text.startsWith('debug_'))
    return wrong === undefined ? undefined : `invalid log level "${wrong}"`
  },
  resolver: (args) => {
    // The part behind the first colon is read as a port.
    const bare = args.find((text) => /^[\da-f]*:[\da-f]*:[\da-f:.]*$/i.test(text))
    if (bare !== undefined) return `invalid port in resolver "${bare}"`
    const wrong = args.find((text) => {
      const [name = '', value] = text.split('=')
      return value !== undefined && options[name]?.(value) !== true
    })
    return wrong === undefined ? undefined : `invalid parameter: ${wrong}`
  },
  fastcgi_param: ([, , last = 'if_not_empty']) => (last === 'if_not_empty' ? undefined : `invalid parameter "${last}"`),
  add_header: ([, , last = 'always']) => (last === 'always' ? undefined : `invalid parameter "${last}"`),
  rewrite: ([, , flag = 'last']) =>
    /^(last|break|redirect|permanent)$/.test(flag) ? undefined : `invalid parameter "${flag}"`,
}
/** Options of a resolver; its addresses are not asked here. */
const options: Readonly<Record<string, (value: string) => boolean>> = {
  valid: (value) => isSeconds(value, 'sec'),
  ipv4: (value) => value === 'on' || value === 'off',
  ipv6: (value) => value === 'on' || value === 'off',
  status_zone: (value) => value !== '',
}
const levels = ['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg']

const kept = (args: readonly string[]) => {
  const statuses = args.slice(0, -1)
  const wrong = statuses.find((text) => text !== 'any' && !isBetween(text, 100, 599))
  if (wrong !== undefined) return `invalid status "${wrong}"`
  const time = args.at(-1) ?? ''
  return isSeconds(time, 'sec') ? undefined : `invalid time value "${time}"`
}
const isBetween = (text: string, least: number, most: number) =>
  /^\d{1,4}$/.test(text) && Number(text) >= least && Number(text) <= most

function worded({ all }: Model): Trapped[] {
  return all.flatMap((directive) => {
    const { name, args, block, parent } = directive
    const check = ownOf(checks, name) ?? (name.endsWith('_cache_valid') ? kept : undefined)
    if (!check || args.length === 0 || (block === null) === (name === 'map')) return []
    if (parent && !places.has(parent.name)) return []
    // A stream returns a text.
    if (name === 'return' && !protocolsOf(directive).every((one) => one === 'http')) return []
    // A redirect without its code is told here, so a variable is no template.
    if (!args.every((text) => isFixed(text) || /^\$\w+$/.test(text) || !/\$\{[A-Z_]|\{\{|<%/.test(text))) return []
    const says = check(args)
    return says === undefined ? [] : [{ directive, says }]
  })
}

const places = new Set(['events', 'http', 'server', 'location', 'if', 'limit_except', 'upstream'])

/** Certificates are to be verified, and nothing says whose are good. */
function unverifiable({ passes, effects }: Model): Trapped[] {
  return passes.flatMap(({ directive, family, protocol, ways, variables }) => {
    // With a variable in it Nginx makes ready for TLS, whatever comes of it.
    const isStream = protocol === 'stream'
    const isTls = isStream
      ? effects.first(directive, 'proxy_ssl').directive?.args[0] === 'on'
      : variables.length > 0 || ways.every(({ scheme }) => ['https', 'grpcs', 'suwsgi'].includes(scheme))
    const verify = effects.first(directive, `${family}_ssl_verify`)
    const trusted = effects.at(directive, `${family}_ssl_trusted_certificate`)
    if (!isTls || !verify.isSure || verify.directive?.args[0] !== 'on' || !trusted.isSure) return []
    const says = `no ${family}_ssl_trusted_certificate for ${family}_ssl_verify`
    return trusted.directives.length > 0 ? [] : [{ directive: verify.directive, says }]
  })
}

/** Words of these blocks that are no lines of theirs. */
const alone: Readonly<Record<string, readonly string[]>> = {
  map: ['hostnames', 'volatile'],
  geo: ['ranges', 'proxy_recursive', 'volatile'],
}

/** The lines of `map` and `geo`: a key and a value, and in a map each key once. */
function mapped({ all, broken }: Model): Trapped[] {
  return all.flatMap(({ name, block, parent, file }) => {
    if (!block || (name !== 'map' && name !== 'geo') || broken.has(file)) return []
    if (parent && parent.name !== 'http' && parent.name !== 'stream') return []
    const seen = new Set<string>()
    return block.flatMap((directive): Trapped[] => {
      const { name: key, args, block: inner } = directive
      if (directive.words.some(({ text }) => /\$\{[A-Z_]|\{\{|\{%|<%/.test(text))) return []
      if (inner) return [{ directive, says: `unexpected "{" in a ${name}` }]
      if (args.length === 0 && ownOf(alone, name)?.includes(key)) return []
      if (args.length !== 1) return [{ directive, says: `invalid number of the ${name} parameters` }]
      if (name === 'geo' || /^[~*.]/.test(key) || key === 'include') return []
      const bare = key === 'default' ? key : `=${key.replace(/^\\/, '').toLowerCase()}`
      if (!seen.has(bare)) {
        seen.add(bare)
        return []
      }
      return [
        { directive, says: key === 'default' ? 'duplicate default map parameter' : `conflicting parameter "${key}"` },
      ]
    })
  })
}
