import { z } from 'zod'

/**
 * What `config` prints, of Compose 1.29 and of 2: only what is looked at or changed here has a shape, the rest is kept
 * as it is, for the project is raised from it.
 */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const words = z.union([z.string(), z.array(text)])
/** A mapping, or a list of `NAME=value`. */
const pairs = z.union([z.record(z.string(), text.nullable()), z.array(z.string())])
/** 1.29 prints `{}` for "external: true" of a named one: `{ name: … }`. */
const external = z.union([z.boolean(), z.looseObject({ name: z.string().optional() })])

const mount = z.union([
  z.string(),
  z.looseObject({
    type: z.string(),
    source: z.string().optional(),
    target: z.string(),
    read_only: z.boolean().optional(),
    bind: z.looseObject({ create_host_path: z.boolean().optional() }).nullish(),
    tmpfs: z.looseObject({ size: text.optional() }).nullish(),
  }),
])
export type DocumentMount = z.output<typeof mount>

const port = z.union([
  z.string(),
  z.number(),
  z.looseObject({ target: z.coerce.number(), published: text.optional(), protocol: z.string().optional() }),
])
export type DocumentPort = z.output<typeof port>

const joined = z.looseObject({
  aliases: z.array(z.string()).nullish(),
  ipv4_address: z.string().optional(),
  ipv6_address: z.string().optional(),
})

const service = z.looseObject({
  image: z.string().nullish(),
  build: z
    .union([
      z.string(),
      z.looseObject({ context: z.string().optional(), dockerfile: z.string().optional(), labels: pairs.nullish() }),
    ])
    .nullish(),
  entrypoint: words.nullish(),
  command: words.nullish(),
  environment: pairs.nullish(),
  ports: z.array(port).nullish(),
  expose: z.array(text).nullish(),
  volumes: z.array(mount).nullish(),
  tmpfs: words.nullish(),
  healthcheck: z.looseObject({ test: words.nullish(), disable: z.boolean().optional() }).nullish(),
  depends_on: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).nullish(),
  networks: z.union([z.array(z.string()), z.record(z.string(), joined.nullable())]).nullish(),
  network_mode: z.string().nullish(),
  pid: z.string().nullish(),
  ipc: z.string().nullish(),
  privileged: z.boolean().nullish(),
  cap_add: z.array(z.string()).nullish(),
  devices: z.array(z.unknown()).nullish(),
  container_name: z.string().nullish(),
  scale: z.coerce.number().int().nonnegative().nullish(),
  deploy: z
    .looseObject({ mode: z.string().nullish(), replicas: z.coerce.number().int().nonnegative().nullish() })
    .nullish(),
  profiles: z.array(z.string()).nullish(),
  read_only: z.boolean().nullish(),
  user: text.nullish(),
  secrets: z.array(z.union([z.string(), z.looseObject({ source: z.string() })])).nullish(),
  configs: z.array(z.union([z.string(), z.looseObject({ source: z.string() })])).nullish(),
  labels: pairs.nullish(),
  volumes_from: z.array(z.string()).nullish(),
  external_links: z.array(z.string()).nullish(),
  extra_hosts: z
    .union([z.array(z.string()), z.record(z.string(), z.union([z.string(), z.array(z.string())]))])
    .nullish(),
})
export type DocumentService = z.output<typeof service>

const network = z.looseObject({
  name: z.string().optional(),
  driver: z.string().nullish(),
  external: external.nullish(),
  internal: z.boolean().nullish(),
  enable_ipv6: z.boolean().nullish(),
  labels: pairs.nullish(),
  ipam: z.looseObject({ config: z.array(z.looseObject({ subnet: z.string().optional() })).nullish() }).nullish(),
})
export type DocumentNetwork = z.output<typeof network>

const volume = z.looseObject({
  name: z.string().optional(),
  external: external.nullish(),
  driver: z.string().nullish(),
  driver_opts: z.record(z.string(), text).nullish(),
  labels: pairs.nullish(),
})
export type DocumentVolume = z.output<typeof volume>

/** A secret or a config. */
const held = z.looseObject({ name: z.string().optional(), file: z.string().optional(), external: external.nullish() })

export const composeDocument = z.looseObject({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), network.nullable()).nullish(),
  volumes: z.record(z.string(), volume.nullable()).nullish(),
  secrets: z.record(z.string(), held.nullable()).nullish(),
  configs: z.record(z.string(), held.nullable()).nullish(),
})
export type ComposeDocument = z.output<typeof composeDocument>

/** Compose reads a `$` as the begin of a variable: this is how it is written, and read. */
export const dollarsDoubled = (one: string) => one.replaceAll('$', '$$$$')
export const dollarsRead = (one: string) => one.replaceAll('$$', '$')

/** A mapping, of whatever it was written as; what has no value is left out. */
export function pairsOf(given: z.output<typeof pairs> | null | undefined): Record<string, string> {
  if (Array.isArray(given)) {
    return Object.fromEntries(
      given.map((one) => one.split(/=(.*)/s, 2)).map(([name = '', value = '']) => [name, value]),
    )
  }
  const entries = Object.entries(given ?? {}).flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as const],
  )
  return Object.fromEntries(entries)
}
