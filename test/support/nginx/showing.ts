import http from 'node:http'
import type { Known } from '../../../src/nginx/index.ts'
import type { Backend } from './backends.ts'
import type { NameServer } from './name-server.ts'
import type { RunningNginx } from './real-nginx.ts'

/** What stands around the Nginx of a showing. Its site listens at `site` of 127.0.0.1. */
export interface Scene {
  readonly site: number
  /** Nobody listens there. */
  readonly dead: number
  readonly spare: number
  /** Two backends: the second knows no failure. */
  readonly first: Backend
  readonly second: Backend
  /** At the port of the first, at 127.0.0.2: where names have moved to. */
  readonly moved: Backend
  readonly secure: { readonly port: number }
  readonly names: NameServer
  /** The same at 127.0.0.11, where Docker's engine has its own. */
  readonly engines: NameServer
}

/** A rule on a real Nginx: the same is done with both configurations, and what is seen differs. */
export interface Showing {
  /** What the http block holds. */
  readonly bad: (scene: Scene) => string
  readonly good: (scene: Scene) => string
  /** Before the http block; `worker_processes 1;` and `events {}` when it says nothing. */
  readonly main?: { readonly bad: string; readonly good: string }
  /** Beside nginx.conf. */
  readonly files?: Readonly<Record<string, string>>
  readonly known?: (scene: Pick<Scene, 'dead'>) => Known
  see(scene: Scene, nginx: RunningNginx): Promise<unknown>
  readonly sees: { readonly bad: unknown; readonly good: unknown }
  /** What Nginx writes with the bad one, and not with the good one. */
  readonly log?: RegExp
}

/** `nginx -t` is enough. */
export interface Refusal {
  readonly refused: RegExp
  readonly bad: string
  readonly good: string
}

/** Nginx starts with it and warns. */
export interface Warning {
  readonly warned: RegExp
  readonly bad: string
  readonly good: string
}

/** Cannot be shown here; why. */
export interface Unshown {
  readonly unshown: string
}

export interface Asked {
  readonly method?: string
  readonly body?: string | Buffer
  readonly headers?: http.OutgoingHttpHeaders
  readonly agent?: http.Agent
}

/** Asks the site; 0: it hung up without an answer. */
export async function ask({ site }: Scene, path = '/', asked: Asked = {}): Promise<{ status: number; text: string }> {
  const { body, agent = false, ...rest } = asked
  const { promise, resolve } = Promise.withResolvers<{ status: number; text: string }>()
  const request = http.request({ host: '127.0.0.1', port: site, path, agent, ...rest }, (response) => {
    let text = ''
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    response.once('end', () => resolve({ status: response.statusCode ?? 0, text }))
  })
  request.once('error', () => resolve({ status: 0, text: '' })).end(body)
  return await promise
}

/** Ends it: all that it wrote. */
export async function lastWords(nginx: RunningNginx): Promise<string> {
  await nginx[Symbol.asyncDispose]()
  return await nginx.said()
}

/** Statuses of so many requests, one after the other. */
export async function statuses(scene: Scene, paths: readonly string[], asked: Asked = {}): Promise<number[]> {
  const found: number[] = []
  for (const path of paths) found.push((await ask(scene, path, asked)).status)
  return found
}

/** A server that passes everything on to where `target` is, timed, with what else it has. */
export const site = ({ site: port }: Scene, target: string, more = '') =>
  `server { listen 127.0.0.1:${port}; ${timed} location / { proxy_pass ${target}; ${more} } }`

export const timed = 'proxy_connect_timeout 2s; proxy_send_timeout 20s; proxy_read_timeout 20s;'
/** Connections are kept. */
export const kept = 'proxy_http_version 1.1; proxy_set_header Connection "";'
/** The address of a backend. */
export const at = ({ port }: { port: number }) => `127.0.0.1:${port}`
