import { registerHooks } from 'node:module'
import { z } from 'zod'

/** Loaded before the harness (`node --import`): changes one line of one source as it is read, and nothing on disk. */
const patch = z
  .object({ file: z.string(), from: z.string(), to: z.string() })
  .parse(JSON.parse(process.env['HUNT_PATCH'] ?? '{}'))

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context)
    if (!url.endsWith(`/src/${patch.file}`) || loaded.source === undefined || loaded.source === null) return loaded
    const text = typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString()
    if (!text.includes(patch.from)) throw new Error(`${patch.file} has no '${patch.from}' any more: mend this sabotage`)
    return { ...loaded, source: text.replace(patch.from, patch.to) }
  },
})
