import { z } from 'zod'

const servers = z.number().int().min(1).max(8)
const memoryMb = z.number().int().min(32).max(4_096)

/** The shop that a scenario asks for. */
export const stackSpec = z.strictObject({
  web: servers.default(2),
  api: servers.default(2),
  /** Memory limit of each server, MiB. Swap is never given. */
  webMemoryMb: memoryMb.default(256),
  apiMemoryMb: memoryMb.default(256),
  /** Folders of `docker/proxy/overlays` that are put over the proxy's configuration, in this order. */
  overlays: z.array(z.string().regex(/^[a-z0-9-]+$/, 'no folder of docker/proxy/overlays')).default([]),
  /** Whether the engine starts a web or api server again that has ended by itself (its delay doubles from 100 ms). */
  restart: z.enum(['no', 'always']).default('no'),
})
export type StackSpec = z.output<typeof stackSpec>

/** What a variant changes of it. */
export const stackChange = z.strictObject({
  web: servers.optional(),
  api: servers.optional(),
  webMemoryMb: memoryMb.optional(),
  apiMemoryMb: memoryMb.optional(),
  overlays: stackSpec.shape.overlays.unwrap().optional(),
  restart: stackSpec.shape.restart.unwrap().optional(),
})
