import postgres from 'postgres'
import { LimitedPool, type QueryLimits } from './limited-pool.ts'

export interface Product {
  id: number
  name: string
  price_cents: number
}

/** What a product's own page shows: it changes with every order. */
export interface ProductPage extends Product {
  /** How often it was ordered. */
  ordered: number
}

/** The shop's database as the API sees it. Every call ends within the limit or throws. */
export interface Warehouse {
  products(): Promise<Product[]>
  /** Null when there is no such product. */
  product(id: number): Promise<ProductPage | null>
  /** The number of the order; null when there is no such product. */
  order(productId: number, quantity: number): Promise<number | null>
  alive(): Promise<void>
  close(): Promise<void>
}

/** PostgreSQL behind a small pool. It connects when first asked, so the database may come up later than the API. */
export function postgresWarehouse(url: string, limits: QueryLimits = { queryMs: 2_000, atOnce: 64 }): Warehouse {
  const connect = () =>
    postgres(url, {
      max: 4,
      connect_timeout: 1,
      backoff: () => 0.1,
      // Asked for by the library itself on every new connection: cut off, that question would end the process.
      fetch_types: false,
      onnotice: () => undefined,
      connection: { application_name: 'api', statement_timeout: limits.queryMs },
    })
  const pool = new LimitedPool(connect, limits)
  return {
    products: async () => {
      const rows = await pool.rows((sql) => sql`SELECT id, name, price_cents FROM products ORDER BY id`)
      return [...rows] as Product[]
    },
    product: async (id) => {
      const [row] = await pool.rows(
        (sql) => sql`SELECT id, name, price_cents,
                            (SELECT coalesce(sum(quantity), 0)::int FROM orders WHERE product_id = products.id)
                            AS ordered
                     FROM products WHERE id = ${id}`,
      )
      return row ? ({ ...row } as ProductPage) : null
    },
    order: async (productId, quantity) => {
      const [row] = await pool.rows(
        (sql) => sql`INSERT INTO orders (product_id, quantity)
                     SELECT id, ${quantity} FROM products WHERE id = ${productId} RETURNING id`,
      )
      return row ? Number(row['id']) : null
    },
    alive: async () => {
      await pool.rows((sql) => sql`SELECT count(*) FROM products`)
    },
    close: () => pool.close(),
  }
}
