import { z } from 'zod'
import { behaviourSpec } from '../protocol/index.ts'

const servers = z.number().int().min(1).max(8)
const memoryMb = z.number().int().min(32).max(4_096)
const cpus = z.number().min(0.1).max(64)
const behaviour = z.strictObject({ web: behaviourSpec.optional(), api: behaviourSpec.optional() }).optional()

/** How staging differs from the shop. What is not said is as there. */
const stagingSpec = z.strictObject({
  web: servers.optional(),
  api: servers.optional(),
  /** False: it has none, so the API answers 503. */
  database: z.boolean().default(true),
  /** Another Nginx. */
  proxyImage: z.enum(['proxy', 'proxy-old']).optional(),
})
export type StagingSpec = z.output<typeof stagingSpec>

/** The shop that a scenario asks for. */
export const stackSpec = z.strictObject({
  web: servers.default(2),
  api: servers.default(2),
  /** Memory limit of each server, MiB. Swap is never given. */
  webMemoryMb: memoryMb.default(256),
  apiMemoryMb: memoryMb.default(256),
  /** Cores that each web server may use at most; absent: all there are. */
  webCpus: cpus.optional(),
  /** Folders of `docker/proxy/overlays` that are put over the proxy's configuration, in this order. */
  overlays: z.array(z.string().regex(/^[a-z0-9-]+$/, 'no folder of docker/proxy/overlays')).default([]),
  /** Whether the engine starts a web or api server again that has ended by itself (its delay doubles from 100 ms). */
  restart: z.enum(['no', 'always']).default('no'),
  /** After how many ms the proxy takes a server whose container is down for gone; absent: 3,000, as Linux does. */
  neighbourLostMs: z.number().int().min(300).max(3_000).optional(),
  /** What every server of a role does from its start, those that are added later too. */
  behaviour,
  /** Runs each server below a program that outlives it, so that its process can end and its address stays. */
  supervised: z.boolean().optional(),
  /** The Nginx that the shop is raised with: `proxy-old` is that of the Debian before. */
  proxyImage: z.enum(['proxy', 'proxy-old']).optional(),
  /** Looks every second whether the proxy's configuration is what was deployed, and feeds metrics of it. */
  watchConfiguration: z.boolean().optional(),
  /** Only with the measure `staging`; with `staging-parity` staging is what the shop is. */
  staging: stagingSpec.optional(),
})
export type StackSpec = z.output<typeof stackSpec>

/** What a variant changes of it. */
export const stackChange = z.strictObject({
  web: servers.optional(),
  api: servers.optional(),
  webMemoryMb: memoryMb.optional(),
  apiMemoryMb: memoryMb.optional(),
  webCpus: cpus.optional(),
  overlays: stackSpec.shape.overlays.unwrap().optional(),
  restart: stackSpec.shape.restart.unwrap().optional(),
  neighbourLostMs: stackSpec.shape.neighbourLostMs,
  behaviour,
  supervised: stackSpec.shape.supervised,
  staging: stackSpec.shape.staging,
  proxyImage: stackSpec.shape.proxyImage,
  watchConfiguration: stackSpec.shape.watchConfiguration,
})
