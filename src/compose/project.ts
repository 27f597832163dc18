import type { ComposeDocument } from './document.ts'

/** A Compose that answers: how it is called, and which it is. */
export interface ComposeTool {
  /** `['docker', 'compose']` or `['docker-compose']`. */
  readonly command: readonly string[]
  /** As it says it: `1.29.2`, `2.26.1-4`. */
  readonly version: string
  /** 1 is the one in Python, 2 and all after it the one in Go: they call containers differently. */
  readonly major: number
}

export interface ComposeBind {
  readonly kind: 'bind'
  /** Absolute, on this machine. */
  readonly source: string
  readonly target: string
  readonly readOnly: boolean
}

export interface ComposeVolume {
  readonly kind: 'volume'
  /** The key below `volumes:`; undefined for one without a name. */
  readonly source: string | undefined
  readonly target: string
  readonly readOnly: boolean
}

export interface ComposeTmpfs {
  readonly kind: 'tmpfs'
  readonly target: string
  /** As it is written; undefined: no limit of its own. */
  readonly size: string | undefined
}

export type ComposeMount = ComposeBind | ComposeVolume | ComposeTmpfs

export interface ComposePort {
  /** Inside the container. */
  readonly target: number
  readonly protocol: string
  /** On the machine; undefined: the engine chooses. */
  readonly published: string | undefined
}

export interface ComposeHealthcheck {
  /** Empty where the image's own is used. */
  readonly test: readonly string[]
  readonly disabled: boolean
}

export interface ComposeService {
  readonly name: string
  /** As it is written; undefined where it is only built. */
  readonly image: string | undefined
  /** Where it is built from; undefined where it is not. */
  readonly build: { readonly context: string; readonly dockerfile: string } | undefined
  readonly entrypoint: readonly string[] | undefined
  readonly command: readonly string[] | undefined
  /** Files of variables are in it. A variable without a value is left out. */
  readonly environment: Readonly<Record<string, string>>
  readonly ports: readonly ComposePort[]
  /** Ports that only other containers are told of. */
  readonly expose: readonly number[]
  readonly mounts: readonly ComposeMount[]
  readonly healthcheck: ComposeHealthcheck | undefined
  readonly dependsOn: readonly string[]
  readonly networks: readonly {
    readonly name: string
    readonly aliases: readonly string[]
    readonly address?: string
  }[]
  readonly networkMode: string | undefined
  readonly containerName: string | undefined
  /** How many containers of it there are. */
  readonly replicas: number
  readonly readOnly: boolean
  readonly user: string | undefined
  /** Names of secrets and configs that it is given. */
  readonly secrets: readonly string[]
  readonly configs: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

/** What Compose makes of a folder: its files, override files, profiles, `.env`, `include` and `extends`, as data. */
export interface ComposeProject {
  /** Absolute. */
  readonly folder: string
  readonly services: readonly ComposeService[]
  /** By their keys. */
  readonly volumes: Readonly<Record<string, { readonly external: boolean }>>
  readonly networks: Readonly<
    Record<string, { readonly external: boolean; readonly internal: boolean; readonly subnets: readonly string[] }>
  >
  /** What Compose said beside it, masked and inert. */
  readonly warnings: readonly string[]
  /** The whole, as Compose told it: what it is raised from. */
  readonly document: ComposeDocument
  /** How it was asked for, as arguments of Compose: files and profiles. */
  readonly query: readonly string[]
  /** The variables it was read with. */
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface ProjectQuery {
  /** The user's folder. */
  readonly folder: string
  /** As `-f`, relative to the folder; none: Compose looks itself. */
  readonly files?: readonly string[]
  readonly profiles?: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
}

/** A container of a raised project. */
export interface RaisedContainer {
  readonly service: string
  /** From 1 on, as Compose counts. */
  readonly number: number
  readonly id: string
  readonly name: string
}

/** A mount of the user's that is a copy of ours. */
export interface Copied {
  readonly service: string
  readonly target: string
  /** Where the copy lies, on this machine. */
  readonly path: string
  readonly bytes: number
}

export interface RaisedProject {
  /** The project's name: `bg-…`. */
  readonly name: string
  /** The whole project as Compose was given it, a file of ours: absolute. */
  readonly file: string
  readonly containers: readonly RaisedContainer[]
  readonly copies: readonly Copied[]
  /** The port on 127.0.0.1 behind which this one is. SERVICE_UNKNOWN where it is not published. */
  entryPort(service: string, port: number): number
  /** Removes its containers, networks, volumes, images and copies. ENGINE_CALL_FAILED when something is left. */
  remove(): Promise<void>
}
