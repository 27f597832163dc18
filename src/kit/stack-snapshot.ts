import { z } from 'zod'

/** One container of a shop, as far as it decides how the shop behaves. Ids, addresses and times are left out. */
const serviceSnapshot = z.strictObject({
  name: z.string(),
  role: z.string(),
  state: z.enum(['running', 'paused', 'ended']),
  /** Digest of its image, `sha256:…`. */
  image: z.string(),
  /** What its main program says of itself, `nginx 1.26.3`; null: it did not answer. */
  program: z.string().nullable(),
  /** Of a proxy: the effective configuration by file, without comments; null for the others. */
  configuration: z.strictObject({ hash: z.string(), files: z.record(z.string(), z.array(z.string())) }).nullable(),
  /** Of a proxy: the release that its workers answer with; null for the others, and when none answers. */
  serves: z.string().nullable(),
  /** Of a web or api server: the behaviour that its control port tells, as JSON; null for the others. */
  behaviour: z.string().nullable(),
  /** Bytes; null: none. */
  memoryLimit: z.number().nullable(),
  restart: z.string(),
  /** By name: a hash of the value, or `set` for what is secret. */
  env: z.record(z.string(), z.string()),
  /** `internal`, `edge`. */
  networks: z.array(z.string()),
  /** Names by which it is found there; absent, as what follows: a run before these were looked at. */
  aliases: z.array(z.string()).optional(),
  /** Its entrypoint and command, in one line. */
  startedWith: z.string().optional(),
  /** Cores that it may use; null: all there are. */
  cpus: z.number().nullable().optional(),
})

/** What a stack is made of, so that two can be compared. */
export const stackSnapshot = z.strictObject({
  services: z.array(serviceSnapshot),
  /** Rules that Prometheus has loaded: `alert NginxDown in nginx.yml` and a hash of the rest; null: no Prometheus. */
  rules: z.record(z.string(), z.string()).nullable(),
})

export type ServiceSnapshot = z.output<typeof serviceSnapshot>
export type StackSnapshot = z.output<typeof stackSnapshot>
