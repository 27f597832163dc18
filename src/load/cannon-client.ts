import type net from 'node:net'
import type { Client } from 'autocannon'

/** http-parser-js's name for "headers are complete". */
export const kOnHeadersComplete = 2

/** What is used of an autocannon client beyond its public hook; pinned by test/unit/load/autocannon.test.ts. */
export interface CannonClient extends Client {
  conn: net.Socket | undefined
  pipelinedRequests: { clear(): void; addBody(data: Buffer): void }
  parser: {
    initialize(type: 'RESPONSE'): void
    execute(chunk: Buffer): number | Error
    finish(): Error | undefined
    [kOnHeadersComplete]: (info: unknown) => unknown
  }
  _connect(): void
  _doRequest(): void
  getRequestBuffer(): Buffer
}
