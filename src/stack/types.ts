import type { ImageName } from '../images/index.ts'
import type { StackSnapshot } from '../kit/stack-snapshot.ts'
import type { Agent, ResourceSample } from '../protocol/index.ts'

export const roles = ['proxy', 'web', 'api', 'database', 'monitoring', 'agent'] as const
export type Role = (typeof roles)[number]

export interface FileContent {
  path: string
  /** null: there is no such file (when read), or remove it (when written). */
  content: Buffer | null
}

export interface ServiceState {
  running: boolean
  paused: boolean
  startedAt: string
  restartCount: number
  oomKilled: boolean
  exitCode: number
  /** Bytes; null: none. */
  memoryLimit: number | null
}

export interface LogLine {
  service: string
  stream: 'stdout' | 'stderr'
  /** Wall ms that the engine gave the line. */
  wallMs: number
  text: string
}

/** One container of the stack while it is up. No Docker types leave this room. */
export interface Service {
  readonly name: string
  readonly role: Role
  readonly containerId: string
  readonly image: string
  /** IPv4 address on the internal network. */
  readonly address: string
  /** Runs a program (argv, never a shell string) inside; output is both streams, capped at 1 MiB. */
  exec(argv: readonly string[], options?: { timeoutMs?: number }): Promise<{ code: number; output: string }>
  readFiles(paths: readonly string[]): Promise<FileContent[]>
  writeFiles(files: readonly FileContent[]): Promise<void>
  /** To the main process. */
  signal(name: 'HUP' | 'TERM' | 'KILL' | 'STOP' | 'CONT' | 'QUIT'): Promise<void>
  /** Stop, start, and wait until it says that it is ready. */
  restart(): Promise<void>
  /** SIGTERM, and SIGKILL after 5 s; resolves when it has ended. It keeps its address. */
  stop(): Promise<void>
  /** Starts what has ended and waits until it says that it is ready. */
  start(): Promise<void>
  /** All its processes stand still: connections are accepted by the kernel, and nobody answers. */
  pause(): Promise<void>
  unpause(): Promise<void>
  /** Changes its memory limit, swap none; it need not run. */
  limitMemory(bytes: number): Promise<void>
  state(): Promise<ServiceState>
}

/** A container in the network namespace of a service. */
export interface Sidecar extends Pick<Service, 'containerId' | 'exec'> {
  remove(): Promise<void>
}

export interface ServiceEvent {
  service: string
  /** Id of the container. */
  container: string
  action: string
  wallMs: number
  because: string
}

/** What is not heard, though its container is there, and why: told once for each stream. */
export type OnLost = (what: string, why: string) => void

/**
 * What the engine tells while the stack is up. Each stream goes on until the signal; a restart of a container is
 * survived.
 */
export interface StackStreams {
  logs(onLine: (line: LogLine) => void, signal: AbortSignal, onLost?: OnLost): void
  /** One sample a second of every container. */
  resources(onSample: (sample: ResourceSample) => void, signal: AbortSignal, onLost?: OnLost): void
  events(onEvent: (event: ServiceEvent) => void, signal: AbortSignal, onLost?: OnLost): void
}

/** What is different about a container that takes a service's place, or joins. */
export interface ServiceChange {
  /** Added to the service's own. */
  env?: Record<string, string>
  /** Name of another image of ours. */
  image?: ImageName
  entrypoint?: readonly string[]
  /** MiB. */
  memoryMb?: number
  /** Another name on the internal network. */
  alias?: string
  /** Put over its own files before it starts. */
  contents?: readonly FileContent[]
  /** Whether the engine starts it again when it has ended by itself. */
  restart?: 'no' | 'always'
  /** False: it is not waited for; what does not come up stays, and can be looked at. */
  awaited?: boolean
}

/** The shop, exists only while it is up. */
export interface Stack {
  readonly runId: string
  /** Where users knock: `http://127.0.0.1:PORT`; empty: its site is not published. */
  readonly entry: string
  readonly services: readonly Service[]
  readonly agent: Agent
  readonly streams: StackStreams
  /** Its Prometheus was given somebody's own rules, and none of ours. */
  readonly ownRules?: true
  /** SERVICE_UNKNOWN when there is none of that name. */
  service(name: string): Service
  byRole(role: Role): Service[]
  /** Starts one more proxy beside the first, not published, with these files in place of its own. */
  addProxy(name: string, files: readonly FileContent[], image?: ImageName): Promise<Service>
  /** Starts one more server of a role, `web-3` for number 3; nothing is told of it. */
  addBackend(role: 'web' | 'api', number: number, change?: ServiceChange): Promise<Service>
  /** Stops a service and starts another container under its name and address. Use `replaceService`, which promises. */
  replace(name: string, change: ServiceChange): Promise<Service>
  /** How the container under this name differs from what the shop specifies, in words; empty: not at all. */
  drift(name: string): Promise<string[]>
  /** The files that the shop specifies for a service: for the proxy the reviewed release of its configuration. */
  specifiedFiles(name: string): Promise<FileContent[]>
  /** Looks anew which container runs under which name, e.g. after an undo has put one back. */
  refresh(): Promise<void>
  /** What it is made of now, so that it can be compared with another one. */
  snapshot(): Promise<StackSnapshot>
  /** Starts a container in a service's network namespace, with Node and iptables. */
  beside(name: string): Promise<Sidecar>
  /** Removes a service that was added. */
  remove(name: string): Promise<void>
  /** Removes all containers, networks and volumes of this run. */
  lower(): Promise<void>
}
