import type { Directive } from '../directive.ts'
import { families, type Model } from '../model.ts'
import type { Trapped } from '../rule.ts'
import { bytesOf, secondsOf } from '../units.ts'

/** Values that no Nginx takes, whatever else is there. */
export function refusedValues(model: Model): Trapped[] {
  return [...scalars(model), ...targets(model), ...listens(model), ...unverifiable(model)]
}

const times = families.flatMap((one) => ['connect', 'send', 'read'].map((what) => `${one}_${what}_timeout`))
const sizes = families.map((one) => `${one}_buffer_size`)
const retries = new Set(families.map((one) => `${one}_next_upstream`))
const conditions =
  /^(error|timeout|denied|invalid_header|not_found|updating|non_idempotent|off|on|http_(403|404|429|500|502|503|504))$/

/** Words that a template fills in are nobody's mistake. */
const isFixed = (text: string) => /^[\w.:/-]*$/.test(text)

function scalars({ all }: Model): Trapped[] {
  const isTime = new Set(times)
  const isSize = new Set(sizes)
  return all.flatMap((directive) => {
    const { name, args, block } = directive
    const [value = ''] = args
    if (block || !args.every(isFixed)) return []
    const isOne = args.length === 1
    const isWrong = isTime.has(name) ? secondsOf(value) === undefined : isSize.has(name) && bytesOf(value) === undefined
    if (isOne && isWrong) return [{ directive, says: `"${name}" directive invalid value` }]
    const wrong = retries.has(name) ? args.find((word) => !conditions.test(word)) : undefined
    return wrong === undefined ? [] : [{ directive, says: `invalid value "${wrong}"` }]
  })
}

/** A name may be that of a group in another file; an address is none. */
function targets({ passes }: Model): Trapped[] {
  return passes.flatMap(({ directive, family, protocol, target, variables, ways: [way] }) => {
    if (!way || variables.length > 0 || !isFixed(target)) return []
    const needsPort = family !== 'proxy' || protocol === 'stream'
    if (needsPort && /^https?:/i.test(target)) return [{ directive, says: `invalid host in upstream "${target}"` }]
    if (needsPort && way.kind === 'address' && way.port === '') {
      return [{ directive, says: `no port in upstream "${way.host}"` }]
    }
    const isPort = way.port === '' || (/^\d+$/.test(way.port) && Number(way.port) >= 1 && Number(way.port) <= 65_535)
    return isPort || way.kind === 'socket'
      ? []
      : [{ directive, says: `invalid port in upstream "${way.host}:${way.port}"` }]
  })
}

function listens({ all }: Model): Trapped[] {
  const defaults = new Map<string, Directive>()
  const servers = all.filter(({ name, block, parent }) => name === 'server' && block && parent?.name !== 'upstream')
  return servers.flatMap((server) => {
    const seen = new Set<string>()
    const isMarked = ({ args }: Directive) => args.includes('default_server') || args.includes('default')
    return server.own('listen').flatMap((directive) => {
      const [address = ''] = directive.args
      // QUIC has sockets of its own.
      const key = `${address} ${directive.args.includes('quic') || directive.args.includes('udp')}`
      const around = server.within('http', 'stream', 'mail')?.start ?? ''
      const other = isMarked(directive) ? defaults.get(`${around} ${key}`) : undefined
      const isTwice = seen.has(key)
      seen.add(key)
      if (isMarked(directive) && !other) defaults.set(`${around} ${key}`, server)
      if (isTwice) return [{ directive, says: `a duplicate listen ${address}` }]
      return other && other !== server ? [{ directive, says: `a duplicate default server for ${address}` }] : []
    })
  })
}

/** Certificates are to be verified, and nothing says whose are good. */
function unverifiable({ passes, effects }: Model): Trapped[] {
  return passes.flatMap(({ directive, family, ways, variables }) => {
    const isTls = variables.length === 0 && ways.every(({ scheme }) => ['https', 'grpcs', 'suwsgi'].includes(scheme))
    const verify = effects.first(directive, `${family}_ssl_verify`)
    const trusted = effects.at(directive, `${family}_ssl_trusted_certificate`)
    if (!isTls || !verify.isSure || verify.directive?.args[0] !== 'on' || !trusted.isSure) return []
    const says = `no ${family}_ssl_trusted_certificate for ${family}_ssl_verify`
    return trusted.directives.length > 0 ? [] : [{ directive: verify.directive, says }]
  })
}
