import postgres from 'postgres'

type Rows = postgres.PendingQuery<postgres.Row[]>

export interface Product {
  id: number
  name: string
  price_cents: number
}

/** The shop's database as the API sees it. Every call ends within the limit or throws. */
export interface Warehouse {
  products(): Promise<Product[]>
  /** The number of the order; null when there is no such product. */
  order(productId: number, quantity: number): Promise<number | null>
  alive(): Promise<void>
  close(): Promise<void>
}

interface Limits {
  /** Ms a query may take, waiting for a connection included. */
  queryMs: number
  /** Queries under way; more are refused at once. */
  atOnce: number
}

/** PostgreSQL behind a small pool. It connects when first asked, so the database may come up later than the API. */
export function postgresWarehouse(url: string, limits: Limits = { queryMs: 2_000, atOnce: 64 }): Warehouse {
  const connect = () =>
    postgres(url, {
      max: 4,
      connect_timeout: 1,
      backoff: () => 0.1,
      onnotice: () => undefined,
      connection: { application_name: 'api', statement_timeout: limits.queryMs },
    })
  let pool = connect()
  let open = 0

  /** Connections that gave no answer are given up: one whose other end has vanished would say nothing for minutes. */
  function giveUp(used: postgres.Sql): void {
    if (used !== pool) return
    pool = connect()
    void used.end({ timeout: 0 })
  }

  async function limited<T>(ask: (sql: postgres.Sql) => Rows, read: (rows: postgres.Row[]) => T): Promise<T> {
    if (open >= limits.atOnce) throw new Error(`${open} queries are under way already`)
    open += 1
    const used = pool
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        giveUp(used)
        reject(new Error(`no answer from the database within ${limits.queryMs} ms`))
      }, limits.queryMs)
    })
    try {
      return read(await Promise.race([ask(used), late]))
    } finally {
      clearTimeout(timer)
      open -= 1
    }
  }

  return {
    products: () =>
      limited(
        (sql) => sql`SELECT id, name, price_cents FROM products ORDER BY id`,
        (rows) => [...rows] as Product[],
      ),
    order: (productId, quantity) =>
      limited(
        (sql) => sql`INSERT INTO orders (product_id, quantity)
                     SELECT id, ${quantity} FROM products WHERE id = ${productId} RETURNING id`,
        ([row]) => (row ? Number(row['id']) : null),
      ),
    alive: () =>
      limited(
        (sql) => sql`SELECT count(*) FROM products`,
        () => undefined,
      ),
    close: () => pool.end({ timeout: 1 }),
  }
}
