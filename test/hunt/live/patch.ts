import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { z } from 'zod'

/** Loaded before the harness (`node --import`): changes one line of one source as it is read, and nothing on disk. */
const patch = z
  .object({ file: z.string(), from: z.string(), to: z.string(), applied: z.string() })
  .parse(JSON.parse(process.env['HUNT_PATCH'] ?? '{}'))

/** Threads of the load begin without the process's own options: without these nothing in them would be changed. */
const ofThreads = { file: 'load/thread.ts', from: 'execArgv: []', to: `execArgv: ['--import', '${import.meta.url}']` }

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context)
    if (loaded.source === undefined || loaded.source === null) return loaded
    const wanted = [patch, ofThreads].filter(({ file }) => url.endsWith(`/src/${file}`))
    if (wanted.length === 0) return loaded
    const text = typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString()
    const source = wanted.reduce((sum, { file, from, to }) => {
      if (!sum.includes(from)) throw new Error(`${file} has no '${from}' any more: mend this sabotage`)
      return sum.replace(from, to)
    }, text)
    // Whoever plays it asks whether it was changed at all.
    if (wanted.some(({ file }) => file === patch.file)) appendFileSync(patch.applied, `${patch.file}\n`)
    return { ...loaded, source }
  },
})
