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
  /** Ports that it exposes or publishes, inside. */
  readonly ports: readonly number[]
  readonly mounts: readonly { readonly type: string; readonly source: string; readonly target: string }[]
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

/** Files of the project that survey looks into beside the proxy's: Compose's own words on rules, and so on. */
export interface ProjectFacts {
  readonly compose: readonly string[]
  readonly profiles: readonly string[]
  /** Folder of the Compose files, absolute: mounts below it are told relative to it. */
  readonly folder: string
}

export interface SurveyFacts {
  readonly containers: readonly ContainerFacts[]
  readonly proxies: readonly ProxyFacts[]
  readonly project: ProjectFacts
  /** The service that the user says is the proxy. */
  readonly proxy?: string
}
