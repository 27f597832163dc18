import { reasonOf } from '../kit/errors.ts'
import { ownOf } from '../kit/own.ts'
import type { Agent } from '../protocol/index.ts'
import type { StackDescription, UpstreamDescription } from './description/description.ts'
import { instrumentationOf } from './description/instrumentation.ts'
import type { Answer, Ask, Asked, ProxyService, Server, Service } from './types.ts'

const askLimitMs = 2_000

/** Where and how something is asked. */
interface Place {
  port: number
  /** The `Host` of what is asked there; absent: the name of the service. */
  named?: string | undefined
  secure: boolean
}

/** One request from inside the network, past the proxy. */
function askerOf(agent: Agent, service: Pick<Service, 'host' | 'address'>, place: Place): Asked {
  const { port, named, secure } = place
  const ask = async (path: string, { byAddress = false, ...how }: Ask = {}): Promise<Answer> => {
    const host = byAddress ? service.address : service.host
    const isPlace = (how.port ?? port) === port
    const headers = isPlace && named !== undefined ? { headers: { host: named, ...how.headers } } : {}
    const byTls = isPlace && secure ? { secure } : {}
    try {
      const answer = await agent.forward({ timeoutMs: askLimitMs, port, ...how, ...headers, ...byTls, host, path })
      const unverified = isPlace && secure ? ' by TLS, certificate not verified' : ''
      return { ...answer, because: `status ${answer.status}${unverified}` }
    } catch (thrown) {
      return noAnswer(reasonOf(thrown))
    }
  }
  return { port, ask }
}

const noAnswer = (because: string): Answer => ({ status: null, headers: {}, body: '', ms: 0, because })

function serverOf(agent: Agent, service: Service, group: UpstreamDescription, site: string | undefined): Server {
  const { port, health, page, protocol = 'http', host: named = site } = group
  const isHttp = protocol === 'http' || protocol === 'https'
  const { ask } = isHttp
    ? askerOf(agent, service, { port, named, secure: protocol === 'https' })
    : { ask: () => Promise.resolve(noAnswer(`it speaks ${protocol}, so nothing is asked of it by HTTP`)) }
  const look: Server['look'] = async (how) => {
    if (!isHttp || group.isHealthGuessed) return await connected(agent, service, port, how)
    const { status, because } = await ask(health, how)
    return { well: status === 200, answered: status !== null, because }
  }
  const healthy: Server['healthy'] = async (how) => (await look(how)).well
  return placed(service, { ...service, upstream: service.role, port, health, page, ask, look, healthy })
}

/** Where no path is known to tell: is a connection accepted? */
async function connected(
  agent: Agent,
  { host }: Service,
  port: number,
  { timeoutMs = askLimitMs }: Pick<Ask, 'timeoutMs'> = {},
): ReturnType<Server['look']> {
  try {
    const { reachable, because } = await agent.reach({ host, port, timeoutMs })
    return { well: reachable, answered: reachable || because !== 'ETIMEDOUT', because }
  } catch (thrown) {
    return { well: false, answered: false, because: reasonOf(thrown) }
  }
}

/** With the address that the service has whenever it is looked at: another one, it may be, after a start. */
function placed<T extends Service>(service: Service, made: T): T {
  return Object.defineProperties(made, {
    address: { enumerable: true, get: () => service.address },
    host: { enumerable: true, get: () => service.host },
  })
}

type Parts = { agent: Agent; description: StackDescription; services: readonly Service[] }

/** The servers of these services, of one group or all. */
export function serversOf({ agent, description, services }: Parts, upstream?: string): Server[] {
  return services.flatMap((service) => {
    const group = ownOf(description.upstreams, service.role)
    const isMeant = upstream === undefined || service.role === upstream
    return group && isMeant ? [serverOf(agent, service, group, description.proxy.host)] : []
  })
}

export function proxyOf(agent: Agent, service: Service, description: StackDescription): ProxyService {
  const { proxy } = description
  const instrumented = instrumentationOf(description)
  const { port, host: named, scheme } = proxy
  const asked = askerOf(agent, service, { port, named, secure: scheme === 'https' })
  return placed(service, { ...service, ...asked, place: proxy, ...(instrumented ? { instrumented } : {}) })
}
