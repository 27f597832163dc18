import type postgres from 'postgres'
import { describe, expect, it } from 'vitest'
import { LimitedPool } from '../../../../docker/backend/limited-pool.ts'

type Query = postgres.PendingQuery<postgres.Row[]>

/** Pools that remember whether they were ended; the queries themselves are the tests' own promises. */
function pools() {
  const made: { ended: boolean }[] = []
  const connect = () => {
    const one = { ended: false }
    made.push(one)
    const end = () => {
      one.ended = true
      return Promise.resolve()
    }
    return { end } as unknown as postgres.Sql
  }
  return { made, connect }
}

const answered = (rows: postgres.Row[]) => Promise.resolve(rows) as unknown as Query
const silent = () => new Promise(() => undefined) as unknown as Query

describe('a limited pool', () => {
  it('gives the rows, or the error, of the query', async () => {
    const pool = new LimitedPool(pools().connect, { queryMs: 1_000, atOnce: 1 })
    expect(await pool.rows(() => answered([{ id: 1 }]))).toEqual([{ id: 1 }])
    await expect(pool.rows(() => Promise.reject(new Error('no table')) as unknown as Query)).rejects.toThrow('no table')
    expect(await pool.rows(() => answered([]))).toEqual([])
  })

  it('gives up the connections when there is no answer, once for all that wait on them', async () => {
    const { made, connect } = pools()
    const pool = new LimitedPool(connect, { queryMs: 20, atOnce: 9 })
    const waiting = [pool.rows(silent), pool.rows(silent)]
    for (const one of waiting) await expect(one).rejects.toThrow('no answer from the database within 20 ms')
    expect(made).toEqual([{ ended: true }, { ended: false }])
    expect(await pool.rows(() => answered([{ id: 2 }]))).toEqual([{ id: 2 }])
  })

  it('refuses at once what would have to wait behind too many', async () => {
    const pool = new LimitedPool(pools().connect, { queryMs: 30, atOnce: 2 })
    const waiting = [pool.rows(silent), pool.rows(silent)]
    await expect(pool.rows(() => answered([]))).rejects.toThrow('2 queries are under way already')
    await Promise.allSettled(waiting)
    expect(await pool.rows(() => answered([]))).toEqual([])
  })
})
