import { type ServiceDefinition, type ShopOptions, shop } from './shop.ts'

/**
 * The second, small shop where a deploy is tried first: what serves the site, and a hand inside. It has no monitoring,
 * and its site is not published: nobody is to knock there but the agent.
 */
export function stagingShop(options: ShopOptions): ServiceDefinition[] {
  const { staging } = options
  const { web = options.web, api = options.api, database = true, proxyImage = options.proxyImage } = staging ?? {}
  return shop({ ...options, web, api, proxyImage })
    .filter(({ role }) => role !== 'monitoring' && (database || role !== 'database'))
    .map((definition) => (definition.role === 'proxy' ? unpublished(definition) : definition))
}

function unpublished({ published: _, ...definition }: ServiceDefinition): ServiceDefinition {
  return definition
}
