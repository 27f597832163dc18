import { reasonOf } from '../kit/errors.ts'
import { ownOf } from '../kit/own.ts'
import type { Agent } from '../protocol/index.ts'
import type { ProxyDescription, StackDescription, UpstreamDescription } from './description/description.ts'
import { instrumentationOf } from './description/instrumentation.ts'
import type { Answer, Ask, Asked, ProxyService, Server, Service } from './types.ts'

const askLimitMs = 2_000

/** One request from inside the network, past the proxy. */
function askerOf(
  agent: Agent,
  service: Pick<Service, 'host' | 'address'>,
  port: number,
  { host: named, scheme }: Pick<ProxyDescription, 'host' | 'scheme'> = {},
): Asked {
  const ask = async (path: string, { byAddress = false, ...how }: Ask = {}): Promise<Answer> => {
    const host = byAddress ? service.address : service.host
    const isSite = (how.port ?? port) === port
    const headers = isSite && named !== undefined ? { headers: { host: named, ...how.headers } } : {}
    const secure = isSite && scheme === 'https' ? { tls: true } : {}
    try {
      const answer = await agent.forward({ timeoutMs: askLimitMs, port, ...how, ...headers, ...secure, host, path })
      return { ...answer, because: `status ${answer.status}` }
    } catch (thrown) {
      return { status: null, headers: {}, body: '', ms: 0, because: reasonOf(thrown) }
    }
  }
  return { port, ask }
}

function serverOf(agent: Agent, service: Service, { port, health, page }: UpstreamDescription): Server {
  const { ask } = askerOf(agent, service, port)
  const healthy: Server['healthy'] = async (how) => (await ask(health, how)).status === 200
  return placed(service, { ...service, upstream: service.role, port, health, page, ask, healthy })
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
    return group && isMeant ? [serverOf(agent, service, group)] : []
  })
}

export function proxyOf(agent: Agent, service: Service, description: StackDescription): ProxyService {
  const { proxy } = description
  const instrumented = instrumentationOf(description)
  const asked = askerOf(agent, service, proxy.port, proxy)
  return placed(service, { ...service, ...asked, place: proxy, ...(instrumented ? { instrumented } : {}) })
}
