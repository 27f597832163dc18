import { z } from 'zod'

const ms = z.number().nonnegative()

/** What a proxy does about the servers of one group, as its configuration says it, or as Nginx has it by default. */
export const handling = z.strictObject({
  /** `proxy`, `fastcgi` …: what its directives begin with. */
  family: z.string(),
  /** Servers that its `upstream` block names; 1 where there is no block. */
  servers: z.int().nonnegative(),
  /** False: `proxy_pass` names a server itself. */
  isGroup: z.boolean(),
  /** `proxy_connect_timeout` and its like. */
  connectMs: ms,
  readMs: ms,
  sendMs: ms,
  /** Names of directives that are written out, and not Nginx's defaults: `proxy_read_timeout`. */
  written: z.array(z.string()),
  /** `proxy_next_upstream`: when another server is asked. */
  nextUpstream: z.array(z.string()),
  /** 0: as often as there are servers. */
  nextTries: z.int().nonnegative(),
  /** 0: as long as it takes. */
  nextTimeoutMs: ms,
  /** Idle connections that are kept; null: each request has one of its own. */
  keepalive: z.int().nonnegative().nullable(),
  /** The fewest and the most failures that take one of its servers out; 0: none ever does. */
  maxFails: z.strictObject({ least: z.int().nonnegative(), most: z.int().nonnegative() }),
  failTimeoutMs: ms,
  /** Names are looked up again while it runs. */
  resolves: z.boolean(),
  /** Answers may come from a cache. */
  caches: z.boolean(),
  /** `proxy_cache_use_stale`: when an old one is given; empty: never. */
  useStale: z.array(z.string()),
})
export type Handling = z.output<typeof handling>

/** What Nginx does about a group of which nothing is said. */
export const defaultHandling: Handling = {
  family: 'proxy',
  servers: 1,
  isGroup: true,
  connectMs: 60_000,
  readMs: 60_000,
  sendMs: 60_000,
  written: [],
  nextUpstream: ['error', 'timeout'],
  nextTries: 0,
  nextTimeoutMs: 0,
  keepalive: null,
  maxFails: { least: 1, most: 1 },
  failTimeoutMs: 10_000,
  resolves: false,
  caches: false,
  useStale: [],
}
