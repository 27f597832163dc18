import type { CpuLimit } from '../engine/index.ts'
import type { Json } from '../kit/json.ts'
import type { StackSnapshot } from '../kit/stack-snapshot.ts'
import type { Agent, ResourceSample } from '../protocol/index.ts'
import type { Alertmanager } from './alertmanager.ts'
import type { Vantage } from './beside/vantage.ts'
import type { FileContent, Role } from './description/definition.ts'
import type { ProxyDescription, StackDescription } from './description/description.ts'
import type { Instrumentation } from './description/instrumentation.ts'
import type { Exec } from './exec.ts'
import type { Prometheus } from './prometheus.ts'
import type { Release } from './release.ts'

export type { FileContent, Role } from './description/definition.ts'

export interface ServiceState {
  running: boolean
  paused: boolean
  startedAt: string
  restartCount: number
  /** What the engine does when it has ended: `no`, `always`, `on-failure`, `unless-stopped`. */
  restartPolicy: string
  oomKilled: boolean
  exitCode: number
  /** Bytes; null: none. */
  memoryLimit: number | null
  /** Bytes of memory and swap together, as the engine keeps it; 0: as it likes, -1: none. */
  swapLimit: number
  cpuLimit: CpuLimit
}

export interface LogLine {
  service: string
  stream: 'stdout' | 'stderr'
  /** Wall ms that the engine gave the line. */
  wallMs: number
  text: string
}

/** A file of a folder. A link is the file that it leads to: who writes that changes the file and leaves the link. */
export interface FolderFile extends FileContent {
  /** Path of the link in the folder. */
  as?: string
}

/** One container of the stack while it is up. No Docker types leave this room. */
export interface Service {
  readonly name: string
  readonly role: Role
  readonly containerId: string
  readonly image: string
  /** IPv4 address on the network that proxy and servers share, now. */
  readonly address: string
  /** The name by which it is found there, and nobody else. */
  readonly host: string
  /** Run inside in place of a HUP to its first process, which is another one than the one that reads its files. */
  readonly reload?: readonly string[]
  /** Runs a program (argv, never a shell string) inside; output is both streams, capped at 1 MiB. */
  exec: Exec
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
  /** Changes how many cores it may use; it need not run. */
  limitCpu(limit: CpuLimit): Promise<void>
  state(): Promise<ServiceState>
  /** Its processes, told by the engine: nothing is run inside. */
  processes(): Promise<Process[]>
  /** Every file below a folder, and what its links lead to; none where there is no such folder. */
  readFolder(path: string): Promise<FolderFile[]>
}

/** A process as the engine's host sees it. */
export interface Process {
  pid: string
  parent: string
  /** Name of its program. */
  program: string
}

/** What a container's memory controller says of it. Bytes; null: it does not say. */
export interface MemoryReading {
  usedBytes: number | null
  /** Programs in it that the kernel has killed for want of memory since it started. */
  oomKills: number | null
}

/** A container's share of the machine as its own kernel counts it: while it runs, for the count ends with it. */
export interface Cgroup {
  memory(): Promise<MemoryReading>
  /** CPU time that it has used, ms. ENGINE_CALL_FAILED when the kernel does not tell. */
  cpuMs(): Promise<number>
  /** Cores that it may use; null: all there are. */
  cpuLimit(): Promise<number | null>
  /** Time that it was kept from a core by that limit since it started, ms; null: the kernel does not tell. */
  throttledMs(): Promise<number | null>
}

/** What came of one HTTP request from inside the network. That there was no answer is one, too. */
export interface Answer {
  /** Null: there was none. */
  status: number | null
  headers: Record<string, string>
  body: string
  ms: number
  /** `status 200`, or why there was no answer. */
  because: string
}

export interface Ask {
  /** Default: 2,000. */
  timeoutMs?: number
  headers?: Record<string, string>
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  body?: Json
  /** Default: the one where it serves. */
  port?: number
  /** Asked by its address and not by its name. */
  byAddress?: boolean
}

/** A service that serves HTTP. */
export interface Asked {
  /** Where it serves. */
  readonly port: number
  ask(path: string, how?: Ask): Promise<Answer>
}

/** A server behind the proxy, asked past it. */
export interface Server extends Service, Asked {
  readonly upstream: string
  /** Path of its page. */
  readonly page: string
  /** Path of its health check. */
  readonly health: string
  /**
   * How it is by its own health check, or, where that cannot be asked by HTTP, by whether it accepts a connection;
   * `answered`: it said something within the time, if only a refusal.
   */
  look(how?: Pick<Ask, 'timeoutMs'>): Promise<{ well: boolean; answered: boolean; because: string }>
  /** It is well, within the time. */
  healthy(how?: Pick<Ask, 'timeoutMs'>): Promise<boolean>
}

export interface ProxyService extends Service, Asked {
  /** Where its configuration lies. */
  readonly place: ProxyDescription
  /** Absent: it tells nothing of itself. */
  readonly instrumented?: Instrumentation
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
  /** What was said before `fromMs` (wall) is left out; absent: nothing is. */
  logs(onLine: (line: LogLine) => void, signal: AbortSignal, onLost?: OnLost, fromMs?: number): void
  /** One sample a second of every container. */
  resources(onSample: (sample: ResourceSample) => void, signal: AbortSignal, onLost?: OnLost): void
  events(onEvent: (event: ServiceEvent) => void, signal: AbortSignal, onLost?: OnLost): void
}

/** What is different about a container that takes a service's place, or joins. */
export interface ServiceChange {
  /** Added to the service's own. */
  env?: Record<string, string>
  /** Name of another image. */
  image?: string
  entrypoint?: readonly string[]
  /** MiB. */
  memoryMb?: number
  /** Another name on the internal network. */
  alias?: string
  /** Put over its own files before it starts. */
  contents?: readonly FileContent[]
  /** What the workers of a proxy say that they have read. */
  release?: string
  /** Whether the engine starts it again when it has ended by itself. */
  restart?: 'no' | 'always'
  /** At an address that it did not have before. */
  elsewhere?: true
  /** False: it is not waited for; what does not come up stays, and can be looked at. */
  awaited?: boolean
}

/** Exists only while it is up. */
export interface Stack {
  readonly description: StackDescription
  readonly runId: string
  /** Where users connect: `http://127.0.0.1:PORT`; empty: its site is not published. */
  readonly entry: string
  readonly services: readonly Service[]
  readonly agent: Agent
  readonly streams: StackStreams
  /** Its Prometheus was given somebody's own rules, and none of ours. */
  readonly ownRules?: true
  /** What it was described to do and does not, and what its access logs will not tell, and why; absent: nothing. */
  readonly lacking?: ReadonlySet<string>
  /** SERVICE_UNKNOWN when there is none of that name. */
  service(name: string): Service
  byRole(role: Role): Service[]
  /** The proxy of the description, or another one. */
  proxy(name?: string): ProxyService
  /** The servers behind the proxy, of one group or all: those that are there now. */
  servers(upstream?: string): Server[]
  /** Absent: it has none. */
  readonly database?: Service | undefined
  /** Absent: nobody watches over it. */
  readonly prometheus?: Prometheus
  /** Their own, asked whom an alert reaches; absent: ours tells each delivery itself, or there is none. */
  readonly alertmanager?: Alertmanager
  /** Starts one more proxy beside the first, not published, with the files of this release in place of its own. */
  addProxy(name: string, release: Pick<Release, 'files' | 'hash'>, image?: string): Promise<Service>
  /** Starts one more server of a group, `web-3` for number 3; nothing is told of it. */
  addBackend(upstream: string, number: number, change?: ServiceChange): Promise<Service>
  /**
   * Stops a service and starts another container under its name and, unless it is to be elsewhere, its address. Use
   * `replaceService`, which promises.
   */
  replace(name: string, change: ServiceChange): Promise<Service>
  /** How the container under this name differs from what is specified, in words; empty: not at all. */
  drift(name: string): Promise<string[]>
  /** The files that are specified for a service: for the proxy the reviewed release of its configuration. */
  specifiedFiles(name: string): Promise<FileContent[]>
  /** How containers of somebody else's are not what they were, in words. Absent: they are ours. */
  unlike?(): Promise<string[]>
  /**
   * Looks anew which container runs under which name, e.g. after an undo has put one back. Nginx is told where that is
   * another address, unless `quietly`: then it is left to whoever did it, so that what users meet is their doing.
   */
  refresh(how?: { readonly quietly?: boolean }): Promise<void>
  /** What it is made of now, so that it can be compared with another one. */
  snapshot(): Promise<StackSnapshot>
  /** Starts a container in a service's network namespace, with Node and iptables; `among`: among its processes too. */
  beside(name: string, how?: { among?: boolean }): Promise<Sidecar>
  /**
   * Runs programs beside a service as if they were in its container: in its network and among its processes, its files
   * below `/proc/1/root`. They are those of the agent's image, so nothing is needed in the service's own.
   */
  inside(name: string): Vantage
  /** What its kernel counts for a service. */
  cgroup(name: string): Cgroup
  /** Removes a service that was added. */
  remove(name: string): Promise<void>
  /** Removes all containers, networks and volumes of this run. */
  tearDown(): Promise<void>
}
