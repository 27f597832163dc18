import type { Directive } from '../read/directive.ts'

/** Which of Nginx's modules reads a directive. */
export type Protocol = 'http' | 'stream' | 'mail'

/**
 * The block that says it stands around what was given, as a rule. A file of `sites-enabled/` has none: a server that
 * passes everything on without a location is one of `stream`.
 */
export function protocolOf(directive: Directive): Protocol {
  const outer = directive.within('http', 'stream', 'mail')
  if (outer?.name === 'stream' || outer?.name === 'mail') return outer.name
  if (outer) return 'http'
  const server = directive.name === 'server' && directive.block ? directive : directive.within('server')
  return server && passesByItself(server) ? 'stream' : 'http'
}

const passesByItself = (server: Directive) => server.has('proxy_pass') && !server.has('location', 'root', 'return')
