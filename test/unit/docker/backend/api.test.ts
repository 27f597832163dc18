import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { api } from '../../../../docker/backend/api.ts'
import { Conduct } from '../../../../docker/backend/conduct.ts'
import { Counts } from '../../../../docker/backend/counts.ts'
import { siteServer } from '../../../../docker/backend/site.ts'
import type { Warehouse } from '../../../../docker/backend/warehouse.ts'

describe('the API', () => {
  let site: Server
  let url: string
  let away: Error | null
  const answer = <T>(value: T): Promise<T> => (away ? Promise.reject(away) : Promise.resolve(value))
  const warehouse: Warehouse = {
    products: () => answer([{ id: 1, name: 'Lamp', price_cents: 500 }]),
    product: (id) => answer(id === 1 ? { id, name: 'Lamp', price_cents: 500, ordered: 7 } : null),
    order: (productId, quantity) => answer(productId === 1 ? 40 + quantity : null),
    alive: () => answer(undefined),
    close: () => Promise.resolve(),
  }

  beforeEach(async () => {
    away = null
    const counts = new Counts({ role: 'api', name: 'api-1', release: '1.8.2' }, () => 1)
    site = siteServer({ serve: api(warehouse), conduct: () => conduct, counts, release: '1.8.2', log: () => undefined })
    const conduct = new Conduct([], site)
    site.listen(0, '127.0.0.1')
    await once(site, 'listening')
    url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/api`
  })
  afterEach(() => {
    site.close()
    site.closeAllConnections()
  })

  const ask = async (path: string, body?: string) => {
    const answer = await fetch(url + path, body === undefined ? {} : { method: 'POST', body })
    return [answer.status, await answer.json()]
  }

  it('sells', async () => {
    expect(await ask('/products')).toEqual([200, { products: [{ id: 1, name: 'Lamp', price_cents: 500 }] }])
    expect(await ask('/orders', '{"productId":1,"quantity":2}')).toEqual([201, { order: 42 }])
    expect(await ask('/orders', '{"productId":1}')).toEqual([201, { order: 41 }])
    expect(await ask('/health')).toEqual([200, { database: 'healthy' }])
  })

  it('shows a product, and how often it was ordered', async () => {
    expect(await ask('/products/1')).toEqual([200, { id: 1, name: 'Lamp', price_cents: 500, ordered: 7 }])
    expect((await ask('/products/2'))[0]).toBe(404)
    expect((await ask('/products/nonsense'))[0]).toBe(404)
  })

  it.each(['', '{}', '{"productId":0}', '{"productId":1,"quantity":100}', 'null'])(
    'refuses the order %s',
    async (body) => {
      expect((await ask('/orders', body))[0]).toBe(400)
    },
  )

  it('does not know what does not exist', async () => {
    expect((await ask('/orders', '{"productId":2}'))[0]).toBe(404)
    expect((await ask('/nothing'))[0]).toBe(404)
  })

  it('says 503, and why, when the database is away', async () => {
    away = new Error('connect ECONNREFUSED')
    const unavailable = { database: 'unavailable', error: 'connect ECONNREFUSED' }
    expect(await ask('/products')).toEqual([503, unavailable])
    expect(await ask('/orders', '{"productId":1}')).toEqual([503, unavailable])
    expect(await ask('/health')).toEqual([503, unavailable])
  })
})
