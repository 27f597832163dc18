/** A tmpfs mount. */
export interface MemoryFolder {
  readonly path: string
  /** Absent: it has no limit of its own. */
  readonly bytes?: number
}

/** What is known of one container, from `docker inspect` and the processes in it. */
export interface ContainerFacts {
  /** Compose service. */
  readonly service: string
  /** Its number among the containers of the service, from 1. */
  readonly number: number
  readonly id: string
  /** Name of the container. */
  readonly name: string
  /** As Compose or the user names it, `nginx:1.27-alpine`. */
  readonly image: string
  /** argv of the first process. */
  readonly mainProcess: readonly string[]
  /** Command lines of all processes, the first one first; empty: it does not run. */
  readonly processes: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** TCP ports that it exposes, inside; published ones are among them. */
  readonly ports: readonly number[]
  /** Those of them that can be reached from outside. */
  readonly published: readonly number[]
  readonly mounts: readonly { readonly type: string; readonly source: string; readonly target: string }[]
  /** What lies in memory: absent or empty: nothing. */
  readonly memory?: readonly MemoryFolder[]
  readonly networks: readonly {
    readonly name: string
    /** Absent: it does not run, or the network has none. */
    readonly address?: string
    readonly aliases: readonly string[]
  }[]
  readonly hostname: string
  /** `network_mode`: `host`, `service:other`, …; absent: networks of its own. */
  readonly networkMode?: string
  /** As Docker keeps it: `['CMD', …]`, `['CMD-SHELL', text]`; absent: none. */
  readonly healthcheck?: readonly string[]
  /** Names of other containers by what they are called in this one. */
  readonly links?: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
}

/** The configuration of a proxy as it is in effect. */
export interface ProxyFacts {
  readonly service: string
  /** Its main file. */
  readonly main: string
  /** Texts by their paths inside. */
  readonly files: ReadonlyMap<string, string>
}

/** What Prometheus was started with. */
export interface PrometheusFacts {
  readonly service: string
  /** Its configuration file, inside. */
  readonly file: string
  readonly text: string
}

/** How a monitor is spoken to: its `web.config.file`. */
export interface WebFacts {
  readonly service: string
  readonly text: string
}

export interface SurveyFacts {
  readonly containers: readonly ContainerFacts[]
  /** Of each container that runs an Nginx; without its files where they cannot be had. */
  readonly proxies: readonly ProxyFacts[]
  readonly compose: readonly string[]
  readonly profiles: readonly string[]
  /** Its copy may reach addresses outside of this machine. */
  readonly outside?: boolean
  /** Folder of badgateway.yaml, absolute: files of the project are told relative to it. */
  readonly folder: string
  readonly prometheus?: PrometheusFacts
  /** Of a Prometheus or an Alertmanager that has one. */
  readonly webs?: readonly WebFacts[]
  /** Rule files that lie in the project, relative to its folder. */
  readonly ruleFiles?: readonly string[]
  /** The service that the user says is the proxy. */
  readonly proxy?: string
}
