import type postgres from 'postgres'

export interface QueryLimits {
  /** Ms a query may take, waiting for a connection included. */
  queryMs: number
  /** Queries under way; more are refused at once. */
  atOnce: number
}

type Ask = (sql: postgres.Sql) => postgres.PendingQuery<postgres.Row[]>

/** A pool of connections of which every query gets an answer, or an error, within the limit. */
export class LimitedPool {
  readonly #connect: () => postgres.Sql
  readonly #limits: QueryLimits
  #pool: postgres.Sql
  #open = 0

  constructor(connect: () => postgres.Sql, limits: QueryLimits) {
    this.#connect = connect
    this.#limits = limits
    this.#pool = connect()
  }

  async rows(ask: Ask): Promise<postgres.Row[]> {
    const { queryMs, atOnce } = this.#limits
    if (this.#open >= atOnce) throw new Error(`${this.#open} queries are under way already`)
    this.#open += 1
    const used = this.#pool
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        this.#giveUp(used)
        reject(new Error(`no answer from the database within ${queryMs} ms`))
      }, queryMs)
    })
    try {
      return await Promise.race([ask(used), late])
    } finally {
      clearTimeout(timer)
      this.#open -= 1
    }
  }

  close(): Promise<void> {
    return this.#pool.end({ timeout: 1 })
  }

  /** A connection whose other end has vanished would say nothing for minutes: all are opened anew. */
  #giveUp(used: postgres.Sql): void {
    if (used !== this.#pool) return
    this.#pool = this.#connect()
    used.end({ timeout: 0 }).catch(() => undefined)
  }
}
