import type { Define, ServiceDefinition, StackDefinition } from '../stack/index.ts'
import { backendDefinition, proxyDefinition, type ShopOptions, shop } from './shop.ts'
import { stagingShop, stagingSize } from './staging-shop.ts'

/** The shop as a scenario and its measures make it: all but the token. */
export type ShopShape = Omit<ShopOptions, 'token'>

/** What the shop is raised from, and the staging stack beside it when there is to be one. */
export function definitionsOf(shape: ShopShape): { define: Define; defineStaging?: Define } {
  const define: Define = (token) => definitionOf(shape, shop({ ...shape, token }))
  if (!shape.staging) return { define }
  const small = { ...shape, ...stagingSize(shape) }
  return { define, defineStaging: (token) => definitionOf(small, stagingShop({ ...shape, token })) }
}

function definitionOf(shape: ShopShape, services: readonly ServiceDefinition[]): StackDefinition {
  const { web, api, overlays } = shape
  return {
    services,
    proxy: (name, image) => proxyDefinition(name, { published: false, image, servers: { web, api }, overlays }),
    backend: (role, number) => backendDefinition(role, number, shape),
  }
}
