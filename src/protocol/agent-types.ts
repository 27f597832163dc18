import type { Json } from '../kit/json.ts'
import type { PressAnswer, PressWish } from './press.ts'
import type { TalkAnswer, TalkWish } from './talk.ts'

export interface ResourceSample {
  service: string
  wallMs: number
  memoryBytes: number
  limitBytes: number | null
  /** CPU seconds used since the container started. */
  cpuSeconds: number
  /** With what can be given back at once. */
  usageBytes?: number
  /** When the container was started last, wall ms. */
  startedMs?: number
  /** Kills for want of memory that the engine has told. */
  oomKills?: number
}

/** What the agent tells as it happens. */
export type AgentEvent = {
  n: number
  wallMs: number
  kind: 'webhook'
  receiver: string
  /** Alertmanager's webhook payload, version 4. */
  body: Json
}

export interface ForwardAnswer {
  status: number
  headers: Record<string, string>
  body: string
  ms: number
}

export interface ReachAnswer {
  reachable: boolean
  ms: number
  /** Errno name or what was answered: `ECONNREFUSED`, `connected`. */
  because: string
}

/** What is known of the proxy's configuration, as hashes of all its files. */
export interface ConfigurationState {
  onDisk: string
  /** What the workers have read. */
  effective: string
  /** What was deployed last. */
  desired: string
  deploying: boolean
  /** How often it was found changed outside of a deploy, and how the last time. */
  unplanned: number
  lastDiff: string
}

/** The harness's hand inside the networks. Every call has a limit; failures are AGENT_FAILED. */
export interface Agent {
  /** One HTTP request from inside to `http://host:port/path`. */
  forward(request: {
    host: string
    port: number
    path: string
    /** By TLS, for the name in the `host` header; whatever certificate is shown is taken. */
    secure?: boolean
    method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
    body?: Json
    /** E.g. who asks: `x-user-id`. */
    headers?: Record<string, string>
    timeoutMs?: number
  }): Promise<ForwardAnswer>
  /** Opens one TCP connection from inside and closes it. */
  reach(target: { host: string; port: number; timeoutMs?: number }): Promise<ReachAnswer>
  /** Sends text on one connection from inside, and tells what came back and how that ended. */
  talk(wish: TalkWish): Promise<TalkAnswer>
  /** Load from inside, at most 200 connections for 60 s; the signal ends it early, as AGENT_FAILED. */
  press(wish: PressWish, signal?: AbortSignal): Promise<PressAnswer>
  /** Feeds the container metrics (cAdvisor's names) that Prometheus scrapes from the agent. */
  pushResources(samples: readonly ResourceSample[]): Promise<void>
  /** Feeds the metrics of the proxy's requests with lines of its access log, where the agent has no file to read. */
  pushAccessLines(lines: readonly string[]): Promise<void>
  /** Feeds the metrics of the proxy's configuration. */
  pushConfiguration(state: ConfigurationState): Promise<void>
  /** Webhook deliveries after number `after`, for ever, until the signal. */
  events(after: number, signal: AbortSignal): AsyncIterable<AgentEvent>
}
