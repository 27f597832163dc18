import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Dockerode from 'dockerode'
import { BadgatewayError } from '../kit/errors.ts'
import { limitCalls } from './call-limits.ts'
import { type EngineAddress, type Environment, engineAddresses, foreignHost, parse } from './engine-address.ts'
import { type Failure, firstAnswerMs, unreachable } from './engine-failure.ts'

/** The engine's API versions that this code was written for. 1.41 is Docker 20.10 (Debian 12). */
export const apiRange = { oldest: '1.41', newest: '1.52' } as const

/** What the engine says about itself. */
export interface EngineInfo {
  name: string
  version: string
  /** The version that we speak with it. */
  apiVersion: string
  /** The newest that it can. */
  engineApiVersion: string
  id: string
  operatingSystem: string
  kernel: string
  cgroupVersion: string
  /** The kernel accepts memory limits; whether they bite is for `badgateway doctor`. */
  memoryLimits: boolean
  rootless: boolean
  cpus: number
  memoryBytes: number
  /** Where images and containers lie, on the engine's machine. */
  folder: string
}

/** An engine that answers. */
export interface Engine {
  docker: Dockerode
  info: EngineInfo
  /** Its address as DOCKER_HOST wants it. */
  dockerHost: string
  certPath?: string
}

export interface EngineOptions {
  /** The one host, besides this machine, that may be used. */
  allowHost?: string
  /** Limit of one common call in milliseconds. Default 30,000. */
  callMs?: number
}

/**
 * Finds an engine that answers and agrees on an API version with it. ENGINE_UNREACHABLE when none does (refused and
 * missing sockets are known at once); ENGINE_UNSUITED when it is on another machine, or speaks no API version that we
 * do.
 */
export async function connectEngine(env: Environment, options: EngineOptions = {}): Promise<Engine> {
  const addresses = await engineAddresses(env)
  for (const address of addresses) refuseForeign(address, options.allowHost)
  const tries = addresses.map((address) =>
    connect(address, options.callMs ?? 30_000).catch((thrown: unknown): Failure => ({ address, thrown })),
  )
  const failures: Failure[] = []
  for (const attempt of tries) {
    const result = await attempt
    if ('docker' in result) return result
    if (result.thrown instanceof BadgatewayError && result.thrown.code === 'ENGINE_UNSUITED') throw result.thrown
    failures.push(result)
  }
  throw unreachable(failures)
}

/**
 * The variables that make Testcontainers use this engine: set them before it is first touched, it reads them once.
 * Its reaper is off (it needs an image from a registry, our guard does that work), and ports are asked for on
 * 127.0.0.1.
 */
export function testcontainersEnvironment(engine: Pick<Engine, 'dockerHost' | 'certPath'>): Record<string, string> {
  const { hostname } = parse(engine.dockerHost)
  return {
    DOCKER_HOST: engine.dockerHost,
    ...(engine.certPath ? { DOCKER_CERT_PATH: engine.certPath, DOCKER_TLS_VERIFY: '1' } : {}),
    TESTCONTAINERS_RYUK_DISABLED: 'true',
    TESTCONTAINERS_HOST_OVERRIDE: foreignHost(engine.dockerHost) ? hostname : '127.0.0.1',
  }
}

/** The shop runs under memory limits, and alerts are judged by them: an engine that ignores them is refused. */
export function expectMemoryLimits(info: Pick<EngineInfo, 'memoryLimits' | 'name'>): void {
  if (info.memoryLimits) return
  const message = `The engine on ${info.name} cannot limit memory: its kernel has no memory cgroup`
  const hint =
    'Boot with cgroup_enable=memory (and swapaccount=1), or use another engine; badgateway doctor tells more.'
  throw new BadgatewayError('ENGINE_UNSUITED', message, hint)
}

async function connect(address: EngineAddress, callMs: number): Promise<Engine> {
  const connection = await connectionOptions(address)
  const first = await limitCalls(new Dockerode(connection), firstAnswerMs).version()
  const apiVersion = agree(first.ApiVersion, first.MinAPIVersion, address)
  const docker = limitCalls(new Dockerode({ ...connection, version: `v${apiVersion}` }), callMs)
  const info = await docker.info()
  const security: string[] = info.SecurityOptions ?? []
  return {
    docker,
    dockerHost: address.uri,
    ...(address.certPath ? { certPath: address.certPath } : {}),
    info: {
      name: info.Name,
      version: info.ServerVersion,
      apiVersion,
      engineApiVersion: first.ApiVersion,
      id: info.ID,
      operatingSystem: info.OperatingSystem,
      kernel: info.KernelVersion,
      cgroupVersion: info.CgroupVersion ?? 'unknown',
      memoryLimits: info.MemoryLimit === true,
      rootless: security.some((option) => option.includes('rootless')),
      cpus: info.NCPU,
      memoryBytes: info.MemTotal,
      folder: info.DockerRootDir,
    },
  }
}

/** `host` and `protocol` are always given: docker-modem would take missing ones from the process's own DOCKER_HOST. */
async function connectionOptions(address: EngineAddress): Promise<Dockerode.DockerOptions> {
  const url = parse(address.uri)
  if (url.protocol === 'unix:') return { socketPath: decodeURIComponent(url.pathname), host: '', protocol: 'http' }
  if (url.protocol === 'npipe:') return { socketPath: address.uri.replace('npipe://', ''), host: '', protocol: 'http' }
  const where = { host: url.hostname, port: url.port || (address.certPath ? '2376' : '2375') }
  const { certPath } = address
  if (!certPath) return { ...where, protocol: url.protocol === 'https:' ? 'https' : 'http' }
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(join(certPath, name))),
  )
  return { ...where, protocol: 'https', ca, cert, key }
}

function agree(newest: string, oldest: string | undefined, address: EngineAddress): string {
  const ours = `badgateway speaks ${apiRange.oldest} to ${apiRange.newest}`
  const theirs = `the engine at ${address.uri} speaks API ${oldest ?? '1.12'} to ${newest}`
  if (compare(newest, apiRange.oldest) < 0) {
    throw new BadgatewayError('ENGINE_UNSUITED', `${theirs}, ${ours}`, 'Update Docker to 20.10 or newer.')
  }
  if (oldest && compare(oldest, apiRange.newest) > 0) {
    throw new BadgatewayError('ENGINE_UNSUITED', `${theirs}, ${ours}`, 'Update badgateway.')
  }
  return compare(newest, apiRange.newest) < 0 ? newest : apiRange.newest
}

/** Of two versions like `1.41`: negative when the first is older. */
function compare(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number)
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number)
  return aMajor - bMajor || aMinor - bMinor
}

function refuseForeign(address: EngineAddress, allowed: string | undefined): void {
  const host = foreignHost(address.uri)
  const ssh = parse(address.uri).protocol === 'ssh:'
  if (host === null || (host === allowed && !ssh)) return
  throw new BadgatewayError(
    'ENGINE_UNSUITED',
    `${address.from} names an engine on another machine (${address.uri}): badgateway breaks things only on this one`,
    ssh
      ? 'Unset it, or forward the socket (ssh -L /tmp/docker.sock:/var/run/docker.sock) and use that as DOCKER_HOST.'
      : `Unset it: users connect to 127.0.0.1. Elsewhere: doctor, clean, lint-config only: --engine-host ${host}.`,
  )
}
