import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** An address, localhost, or the agent's name: a web page whose own host's name was moved to us has none of them. */
const ownHost = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:]+\]|localhost|agent)(?::\d+)?$/i

/** Why a caller may not use the control port, with the status that says so; null when it may. */
export function refusal(headers: IncomingHttpHeaders, token: string): { status: 401 | 403; error: string } | null {
  if (headers.origin !== undefined) return { status: 403, error: 'requests from web pages are refused' }
  if (!ownHost.test(headers.host ?? '')) return { status: 403, error: `unknown host '${headers.host ?? ''}'` }
  const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
  if (!same(given, token)) return { status: 401, error: 'wrong or missing token' }
  return null
}

/** Takes as long for a nearly right token as for a wrong one. An empty token fits nothing. */
function same(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return token !== '' && timingSafeEqual(digest(given), digest(token))
}
