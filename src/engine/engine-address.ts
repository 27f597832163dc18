import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { BadgatewayError } from '../kit/errors.ts'
import { masked } from '../kit/masked.ts'

/** Says that nobody named an engine. */
export const defaultSocket = 'default socket'

export type Environment = Readonly<Record<string, string | undefined>>

/** Where an engine may be listening, and who told us so. */
export interface EngineAddress {
  /** As DOCKER_HOST wants it: `unix:///var/run/docker.sock`, `tcp://127.0.0.1:2375`. */
  uri: string
  /** For people: `DOCKER_HOST`, `docker context "colima"`, `default socket`. */
  from: string
  /** Folder with ca.pem, cert.pem and key.pem when the engine wants TLS. */
  certPath?: string
}

/**
 * Every place to look for an engine, best first. Whoever names one (DOCKER_HOST, DOCKER_CONTEXT, the current context)
 * gets that one and no other, in the order of the docker command itself. ENGINE_UNREACHABLE when a context cannot be
 * read.
 */
export async function engineAddresses(env: Environment): Promise<EngineAddress[]> {
  const host = env['DOCKER_HOST']
  if (host) return [{ uri: withoutUser(withScheme(host)), from: 'DOCKER_HOST', ...certificates(env) }]
  const folder = env['DOCKER_CONFIG'] || join(home(env), '.docker')
  const context = env['DOCKER_CONTEXT'] || (await currentContext(folder))
  if (context && context !== 'default') return [await contextAddress(folder, context)]
  return defaultSockets(env).map((path) => ({ uri: `unix://${path}`, from: defaultSocket }))
}

/** The host of an address that is not on this machine; null for sockets, pipes and the loopback addresses. */
export function foreignHost(uri: string): string | null {
  const { protocol, hostname } = parse(uri)
  if (protocol === 'unix:' || protocol === 'npipe:') return null
  const local = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
  return local && protocol !== 'ssh:' ? null : hostname
}

/** An address as a URL; ENGINE_UNREACHABLE when it is none. */
export function parse(uri: string): URL {
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  if (url && (url.hostname !== '' || url.protocol === 'unix:' || url.protocol === 'npipe:')) return url
  throw new BadgatewayError(
    'ENGINE_UNREACHABLE',
    `"${masked(uri)}" is not an address of a Docker engine`,
    'DOCKER_HOST looks like unix:///var/run/docker.sock or tcp://127.0.0.1:2375.',
  )
}

/** Docker knows no user and password: what is typed there is neither sent, printed, nor kept. ssh has a user. */
function withoutUser(uri: string): string {
  return uri.startsWith('ssh:') ? masked(uri) : uri.replace(/^([a-z]+:\/\/)[^/?#]*@/i, '$1')
}

function withScheme(host: string): string {
  if (host.includes('://')) return host
  return host.startsWith('/') ? `unix://${host}` : `tcp://${host}`
}

function certificates(env: Environment): { certPath?: string } {
  const path = env['DOCKER_CERT_PATH']
  return path ? { certPath: path } : {}
}

function home(env: Environment): string {
  return env['HOME'] || homedir()
}

function defaultSockets(env: Environment): string[] {
  const runtime = env['XDG_RUNTIME_DIR']
  const sockets = [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    join(home(env), '.docker', 'run', 'docker.sock'),
    join(home(env), '.docker', 'desktop', 'docker.sock'),
    `/run/user/${userInfo().uid}/docker.sock`,
  ]
  return [...new Set(sockets)]
}

async function currentContext(folder: string): Promise<string | undefined> {
  const path = join(folder, 'config.json')
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const config = readJson(text, path)
  return typeof config['currentContext'] === 'string' ? config['currentContext'] : undefined
}

async function contextAddress(folder: string, name: string): Promise<EngineAddress> {
  const id = createHash('sha256').update(name).digest('hex')
  const path = join(folder, 'contexts', 'meta', id, 'meta.json')
  const text = await readFile(path, 'utf8').catch(() => {
    throw unreadable(`the docker context "${name}" is not there (${path})`)
  })
  const endpoints = readJson(text, path)['Endpoints']
  const docker = isRecord(endpoints) ? endpoints['docker'] : undefined
  const uri = isRecord(docker) ? docker['Host'] : undefined
  if (typeof uri !== 'string') throw unreadable(`the docker context "${name}" names no host (${path})`)
  const tls = join(folder, 'contexts', 'tls', id, 'docker')
  const secured = await readFile(join(tls, 'ca.pem')).then(
    () => true,
    () => false,
  )
  return { uri: withoutUser(uri), from: `docker context "${name}"`, ...(secured ? { certPath: tls } : {}) }
}

function readJson(text: string, path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value)) return value
  } catch {
    // told below, with the path
  }
  throw unreadable(`${path} is not a JSON object`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function unreadable(what: string): BadgatewayError {
  return new BadgatewayError(
    'ENGINE_UNREACHABLE',
    `No Docker engine: ${what}`,
    'Choose a context with `docker context use`, or set DOCKER_HOST.',
  )
}
