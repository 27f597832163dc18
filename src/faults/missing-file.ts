import { z } from 'zod'
import { writeBack } from '../stack/index.ts'
import { defineFault } from './fault.ts'

/** A file that somebody cleaned away: harmless until the next time it is needed. */
export const missingFile = defineFault({
  kind: 'missing-file',
  about: 'Removes a file from a running container, as an unrelated clean-up would.',
  fields: {
    service: z.string(),
    path: z.string().regex(/^\/[\w./-]+$/, 'no plain absolute path'),
  },
  make: ({ service: name, path }) => ({
    inject: async (scene) => {
      const service = scene.stack.service(name)
      const [before] = await service.readFiles([path])
      if (!before?.content) {
        return { outcome: 'rejected', because: `${path} was not there before`, acts: [], evidence: { path } }
      }
      await scene.registerUndo(writeBack(service, [before], null), `put ${path} back on ${name}`)
      await service.writeFiles([{ path, content: null }])
      const evidence = { path, bytes: before.content.length }
      return { outcome: 'in-force', because: `${path} is removed from ${name}`, acts: [], evidence }
    },
    witness: {
      name: "the engine's archive of that path",
      see: async (scene) => {
        const [file] = await scene.stack.service(name).readFiles([path])
        const present = file?.content === null
        return { present, because: present ? `no ${path} in ${name}` : `${path} is in ${name}` }
      },
    },
  }),
})
