import type { Json } from '../kit/json.ts'

/** The most that one press may ask for: the agent itself refuses more. */
export const pressLimits = { connections: 200, seconds: 60 } as const

/** Load from inside the networks, for so many seconds, at `http://host:port/path`. */
export interface PressWish {
  host: string
  port: number
  path: string
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  body?: Json
  /** 1 … 200, kept alive. Each sends its next request when its last has ended, and rests a moment after a lost one. */
  connections: number
  /** Up to 60, parts of one too. What is open then is waited for, at most `timeoutMs`. */
  seconds: number
  /** Requests per second over all connections at most; absent: as fast as they are answered. */
  ratePerS?: number
  /** Of one request, ms; default 5,000. */
  timeoutMs?: number
}

/** What became of it. Every request that was begun is in `ok` or in `failed`, and once in `byStatus`. */
export interface PressAnswer {
  requests: number
  /** Whole answers with a status below 400. */
  ok: number
  failed: number
  /** By status, `'502'`, and where no whole answer came by what happened: `ECONNRESET`, `TIMEOUT`, `truncated` … */
  byStatus: Record<string, number>
  /** Of all requests, failed ones too; null when there was none. */
  latencyMs: { p50: number; p95: number; p99: number; max: number } | null
  tookMs: number
}
