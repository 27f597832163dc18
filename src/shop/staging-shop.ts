import type { ServiceDefinition } from '../stack/index.ts'
import type { ServerCounts } from './fit-servers.ts'
import { type ShopOptions, shop } from './shop.ts'

/**
 * The second, small shop where a deploy is tried first: what serves the site, and a hand inside. It has no monitoring,
 * and its site is not published: nobody is to knock there but the agent.
 */
export function stagingShop(options: ShopOptions): ServiceDefinition[] {
  const { database = true, proxyImage = options.proxyImage } = options.staging ?? {}
  return shop({ ...options, ...stagingSize(options), proxyImage })
    .filter(({ role }) => role !== 'monitoring' && (database || role !== 'database'))
    .map((definition) => (definition.role === 'proxy' ? unpublished(definition) : definition))
}

/** How many servers staging has: those that join it later are counted from there. */
export function stagingSize({ web, api, staging }: Pick<ShopOptions, 'web' | 'api' | 'staging'>): ServerCounts {
  return { web: staging?.web ?? web, api: staging?.api ?? api }
}

function unpublished({ published: _, ...definition }: ServiceDefinition): ServiceDefinition {
  return definition
}
