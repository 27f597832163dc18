import { z } from 'zod'
import {
  fillingOf,
  fillRoom,
  pageBytes,
  type RoomOn,
  roomOn,
  type Scene,
  type Sidecar,
  takesPage,
} from '../stack/index.ts'
import { defineFault, type WitnessObservation } from './fault.ts'

/** What is filled lies in the machine's memory. */
const mostBytes = 256 * 2 ** 20

/** No room where a proxy keeps its cache or its logs, or a server its files. */
export const diskFull = defineFault({
  kind: 'disk-full',
  about: 'Fills a tmpfs mount of a service, such as the one of its cache or its logs; never a disk of this machine.',
  fields: {
    service: z.string(),
    /** A folder on that mount. */
    path: z.string().regex(/^\/[\w./-]*\w$/, 'no plain absolute path'),
  },
  make: ({ service: name, path }) => ({
    inject: async (scene) => {
      const room = await roomOn(scene.stack.inside(name).exec, path)
      const unfit = unfitFor(room, path)
      if (room === undefined || unfit !== undefined) {
        return { outcome: 'rejected', because: `${name}: ${unfit}`, acts: [], evidence: { path } }
      }
      const among = await scene.stack.beside(name, { among: true })
      await register(scene, name, among, fillingOf(path))
      await fillRoom(among.exec, path, room)
      const { present, because } = await look(scene, name, path)
      const evidence = { service: name, path, mountedAt: room.mountedAt, filledBytes: room.freeBytes }
      return { outcome: present ? 'in-force' : 'rejected', because, acts: [], evidence }
    },
    witness: {
      name: 'the room that its kernel tells, and a write of one page',
      see: (scene) => look(scene, name, path),
    },
  }),
})

function unfitFor(room: RoomOn | undefined, path: string): string | undefined {
  if (!room) return `there is no ${path}`
  if (room.kind !== 'tmpfs') return `${path} lies on ${room.kind} (${room.mountedAt}), and no disk is ever filled`
  return room.sizeBytes > mostBytes
    ? `${room.mountedAt} has room for ${mebi(room.sizeBytes)}, too much to fill`
    : undefined
}

const mebi = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`

/** Its own image need have no program that removes a file: who stands among its processes has. */
async function register({ registerUndo }: Scene, name: string, { containerId: container }: Sidecar, path: string) {
  await registerUndo({ verb: 'remove-container', container }, `remove what stands among ${name}`)
  const files = [{ path, content: null }]
  await registerUndo({ verb: 'write-files', container, files, signal: null }, `make room on ${name} again`)
}

async function look({ stack }: Scene, name: string, path: string): Promise<WitnessObservation> {
  const { exec } = stack.inside(name)
  const room = await roomOn(exec, path)
  const isWritten = await takesPage(exec, path)
  const has = room ? `${room.freeBytes} of ${room.sizeBytes} bytes free` : 'there is no such path'
  const words = `${path} of ${name}: ${has}, and a page ${isWritten ? 'can' : 'cannot'} be written`
  return { present: room !== undefined && room.freeBytes < pageBytes && !isWritten, because: words }
}
