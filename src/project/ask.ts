import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { reasonOf } from '../kit/errors.ts'

/** Where a site is asked. */
export interface Entry {
  readonly scheme: 'http' | 'https'
  /** On 127.0.0.1. */
  readonly port: number
  readonly host?: string | undefined
}

const askMs = 5_000

/** Status of one GET; why there is none, in words. No certificate is looked at: the site is our own copy. */
export function askPath({ scheme, port, host }: Entry, path: string): Promise<number | string> {
  return new Promise((resolve) => {
    const options = {
      host: '127.0.0.1',
      port,
      path,
      headers: host === undefined ? {} : { host },
      signal: AbortSignal.timeout(askMs),
    }
    const send =
      scheme === 'http'
        ? plainRequest(options)
        : tlsRequest({ ...options, rejectUnauthorized: false, servername: host?.replace(/:\d+$/, '') ?? '' })
    send
      .on('response', (answer) => {
        answer.destroy()
        resolve(answer.statusCode ?? 0)
      })
      .on('error', (error) => resolve(reasonOf(error)))
      .end()
  })
}

export const isWell = (answer: number | string): boolean => typeof answer === 'number' && answer >= 200 && answer < 400
