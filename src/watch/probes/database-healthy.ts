import { z } from 'zod'
import { reasonOf } from '../../kit/errors.ts'
import { defineProbe } from '../probe.ts'

const limitMs = 5_000

/** Asks the database itself: the red herring of many a 502. */
export const databaseHealthy = defineProbe({
  kind: 'database-healthy',
  about: 'Runs a real query in the database container: healthy, or not answering.',
  finds: ['not answering', 'healthy'],
  fields: {
    /** Absent: the database of the description. */
    service: z.string().optional(),
  },
  needs: ['database'],
  make: ({ service }) => ({
    look: async ({ stack }) => {
      const { ask = [], figures = {}, service: usual = '' } = stack.description.database ?? {}
      const database = stack.service(service ?? usual)
      const { code, output } = await database.exec(ask, { timeoutMs: limitMs }).catch((thrown: unknown) => {
        // A container that is down or hangs runs nothing, and that is an answer.
        return { code: -1, output: reasonOf(thrown) }
      })
      const names = Object.keys(figures)
      const lines = names.length === 0 ? [] : output.trim().split('\n').slice(-names.length)
      if (code !== 0 || lines.length < names.length || !lines.every((line) => /^\d+$/.test(line))) {
        return { finding: 'not answering', because: output.trim().slice(0, 300), evidence: { code } }
      }
      const told = lines.map((line, at) => `${line} ${figures[names[at] ?? ''] ?? ''}`)
      const evidence = Object.fromEntries(lines.map((line, at) => [names[at] ?? '', Number(line)]))
      return { finding: 'healthy', because: `the query answers: ${told.join(', ')}`, evidence }
    },
  }),
})
