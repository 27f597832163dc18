import type { Owned } from '../../engine/index.ts'

/** `proxy`, `database`, `monitoring`, `agent`, or the name of the upstream group that a server belongs to. */
export type Role = string

export interface FileContent {
  path: string
  /** null: there is no such file (when read), or remove it (when written). */
  content: Buffer | null
  /** Whose it is and who may read it; absent: root's, and all may. */
  owned?: Owned
}

/** Which networks a container stands on. Only the proxy's side and the agent touch `edge`. */
type Networks = 'internal' | 'both'

/** How a service tells that it is ready to work. */
export type Ready = RegExp | 'running'

/** One container of a stack, as data. */
export interface ServiceDefinition {
  name: string
  role: Role
  /** Name of an image of ours, or of one that the stack is raised with. */
  image: string
  networks: Networks
  /** Its name on the internal network; default: its own. */
  alias?: string
  env: Record<string, string>
  /** At an address of its own for this once, and not at the one that it always has. */
  elsewhere?: true
  /** Replaces entrypoint and command of the image. */
  entrypoint?: readonly string[]
  /** Port inside that is published on 127.0.0.1. */
  published?: number
  /** Where the volume with the proxy's logs is mounted; absent: not at all. */
  logVolumeAt?: string
  /** Folders below `docker/` whose files are put into the container before it starts. */
  files: readonly { from: string; to: string; only?: readonly string[]; except?: readonly string[] }[]
  /** Makes of the text of one of `files` what is put; absent: as it stands. */
  fit?: (text: string) => string
  /** Files put over those of `files`; a null content is not put. */
  contents?: readonly FileContent[]
  /** What the workers of a proxy say that they have read at first; default: `good`. */
  release?: string
  /**
   * Said in the log when it is ready to work. `running`: it is healthy by its own health check; where it has none, it
   * runs, and its `port` is listened on.
   */
  ready: Ready
  /** Where it serves; absent: nobody asks it. A server's and the proxy's stand in the description. */
  port?: number
  memoryMb?: number
  /** Cores that it may use at most; absent: all there are. */
  cpus?: number
  /** Whether the engine starts it again when it has ended by itself; default: no. */
  restart?: 'no' | 'always'
  /** How its program is asked for its version; absent: it is not. */
  version?: readonly [string, ...string[]]
  /** Folders that lie in memory, each by itself, with their size; absent: none is known. */
  memoryFolders?: readonly { path: string; bytes?: number }[]
  /** Settings of its own network stack. */
  sysctls?: Record<string, string>
  /** Names of services that must be ready before it is started: it would not start without them. */
  after?: readonly string[]
  /** False: it is not waited for, so that one that never becomes ready can be there; default: true. */
  awaited?: boolean
}
