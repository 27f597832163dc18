import type { ImageName } from '../images/index.ts'
import type { FileContent, Role } from './types.ts'

/** Which networks a container stands on. Only the proxy's side and the agent touch `edge`. */
type Networks = 'internal' | 'both'

/** One container of a stack, as data. */
export interface ServiceDefinition {
  name: string
  role: Role
  image: ImageName
  networks: Networks
  /** Its name on the internal network; default: its own. */
  alias?: string
  env: Record<string, string>
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
  /** Said in the log when it is ready to work. */
  ready: RegExp
  memoryMb?: number
  /** Cores that it may use at most; absent: all there are. */
  cpus?: number
  /** Whether the engine starts it again when it has ended by itself; default: no. */
  restart?: 'no' | 'always'
  /** Settings of its own network stack. */
  sysctls?: Record<string, string>
  /** False: it is not waited for, so that one that never becomes ready can be there; default: true. */
  awaited?: boolean
}

/** What a stack is made of, and what may join it while it is up. */
export interface StackDefinition {
  readonly services: readonly ServiceDefinition[]
  /** One more proxy beside the first. */
  proxy(name: string, image?: ImageName): ServiceDefinition
  /** The number-th server of a role. */
  backend(role: 'web' | 'api', number: number): ServiceDefinition
}

/** A stack whose agent takes orders from whoever knows this token. */
export type Define = (token: string) => StackDefinition
