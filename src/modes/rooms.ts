import type { Mode } from './mode.ts'

/** What is filled lies in the machine's memory: no more than this. */
const mostBytes = 256 * 2 ** 20
/** Where proxies keep what grows. */
const grows = /cache|log|tmp|temp|spool|data/

/** No room where something is written. */
export const roomModes: readonly Mode[] = [
  {
    name: 'disk-full',
    about: 'A tmpfs mount of it is full: that of its cache, its logs or its temporary files.',
    packet: 'none is touched: writes there fail with ENOSPC',
    witnessed: 'the room that its kernel tells, and a write of one page',
    tags: ['disk'],
    at: ['server', 'dependency', 'proxy'],
    outcome: 'starved',
    fault: ({ services: [service = ''] }, { services }) => {
      const all = services.find(({ name }) => name === service)?.memoryFolders ?? []
      const fit = all.filter(({ bytes }) => bytes !== undefined && bytes <= mostBytes)
      const [chosen] = [...fit.filter(({ path }) => grows.test(path)), ...fit]
      if (chosen) return { kind: 'disk-full', service, path: chosen.path }
      const such = 'with `tmpfs: ["/PATH:size=64m"]` in its Compose service it applies'
      const [first] = all
      if (first) return { not: `its tmpfs at ${first.path} has no size of 256 MiB at most; ${such}` }
      return { not: `${service} has no tmpfs mount, and no disk of this machine is ever filled; ${such}` }
    },
  },
]
