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
export async function askPath(entry: Entry, path: string): Promise<number | string> {
  const answer = await answerOf(entry, path)
  return typeof answer === 'string' ? answer : answer.status
}

/** Where a GET sends users to that is not this very site, `https://shop.test:8443/`; undefined: nowhere. */
export async function askRedirect(entry: Entry, path: string): Promise<string | undefined> {
  const answer = await answerOf(entry, path)
  if (typeof answer === 'string' || answer.location === undefined) return undefined
  const own = `${entry.scheme}://127.0.0.1:${entry.port}`
  if (!URL.canParse(answer.location, own)) return undefined
  const to = new URL(answer.location, own)
  return to.origin === own ? undefined : to.href
}

function answerOf(
  { scheme, port, host }: Entry,
  path: string,
): Promise<{ status: number; location?: string | undefined } | string> {
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
        resolve({ status: answer.statusCode ?? 0, location: answer.headers.location })
      })
      .on('error', (error) => resolve(reasonOf(error)))
      .end()
  })
}

export const isWell = (answer: number | string): boolean => typeof answer === 'number' && answer >= 200 && answer < 400
