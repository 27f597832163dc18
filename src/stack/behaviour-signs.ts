import type { Json } from '../kit/json.ts'
import { type BehaviourName, type BehaviourSpec, behaviourNames } from '../protocol/index.ts'
import type { Scene } from './scene.ts'
import type { Server } from './types.ts'

/** What came of one request to a server, past the proxy. */
interface Shown {
  status: number | null
  headers: Record<string, string>
  /** Why there was no whole answer; empty when there was. */
  failure: string
  ms: number
}

type Settings = Record<string, Json>
type Sign = (asked: Shown, settings: Settings) => boolean

const askLimitMs = 1_500
const mostAsked = 20

const failed = (pattern: RegExp): Sign => {
  return ({ failure }) => pattern.test(failure)
}
const lasted: Sign = ({ ms }, { ms: least }) => ms >= Math.min(Number(least), askLimitMs - 100)

/** How each of them shows in a single answer. Those that do not are known from what the server itself says it does. */
const signs: Partial<Record<BehaviourName, Sign>> = {
  'closed-port': failed(/ECONNREFUSED/),
  'cpu-burn': (asked, settings) => settings['everyMs'] !== undefined || lasted(asked, settings),
  latency: lasted,
  'header-size': ({ headers, failure }, { bytes }) =>
    (headers['set-cookie'] ?? '').length > Number(bytes) || failure === 'HPE_HEADER_OVERFLOW',
  hang: failed(/^no answer within/),
  reset: failed(/ECONNRESET|socket hang up|aborted/),
  'early-close': failed(/ECONNRESET|socket hang up|aborted|HPE_/),
  'invalid-header': failed(/HPE_/),
  'truncated-body': failed(/ECONNRESET|socket hang up|aborted|^no answer within|HPE_/),
  status: ({ status }, { code }) => status === code,
}

/** Which of these show in the server's answers when it is asked past the proxy, and in words what was answered. */
export async function signsOf(
  scene: Scene,
  server: Server,
  wanted: BehaviourSpec,
): Promise<{ visible: BehaviourName[]; shown: BehaviourName[]; because: string }> {
  const visible = behaviourNames.filter((name) => wanted[name] !== undefined && signs[name] !== undefined)
  const shown = new Set<BehaviourName>()
  let because = 'not asked'
  for (let count = 0; count < timesToAsk(wanted) && shown.size < visible.length; count += 1) {
    const asked = await ask(scene, server, pathFor(server, wanted))
    because = asked.failure || `status ${asked.status} after ${Math.round(asked.ms)} ms`
    for (const name of visible) if (signs[name]?.(asked, wanted[name] ?? {})) shown.add(name)
    // What has answered once in its own way keeps the others from being seen.
    if (shown.size > 0) break
  }
  return { visible, shown: [...shown], because }
}

/** A behaviour that applies to every fourth request may need four of them to show, and users' come in between. */
function timesToAsk(wanted: BehaviourSpec): number {
  const shares = Object.values(wanted).map((settings) => Number(settings['share'] ?? 1))
  return Math.min(mostAsked, ...shares.map((share) => (share >= 1 ? 1 : Math.ceil(4 / share))))
}

function pathFor({ page }: Server, wanted: BehaviourSpec): string {
  const path = Object.values(wanted).find((settings) => settings['path'] !== undefined)?.['path']
  return typeof path === 'string' ? path : page
}

async function ask({ stack, clock }: Scene, server: Server, path: string): Promise<Shown> {
  const begun = clock.now()
  try {
    const request = { host: server.host, port: server.port, path, timeoutMs: askLimitMs }
    const { status, headers, ms } = await stack.agent.forward(request)
    return { status, headers, failure: '', ms }
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown)
    // The agent says first what it could not do.
    const failure = said.slice(said.lastIndexOf(': ') + 1).trim()
    return { status: null, headers: {}, failure, ms: clock.now() - begun }
  }
}
