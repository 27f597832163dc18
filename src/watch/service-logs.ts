import { z } from 'zod'
import { duration } from '../kit/duration.ts'
import { type Death, deathOf } from '../stack/death.ts'
import { readMemory } from '../stack/memory.ts'
import type { Service } from '../stack/types.ts'
import { defineProbe } from './probe.ts'

const findings: Record<Death, string> = {
  'out of memory': 'memory overload',
  'heap exhausted': 'heap exhausted',
  killed: 'killed',
  crashed: 'crashed',
  ended: 'ended in order',
  runs: 'nothing unusual',
}
const short = 'memory runs short'
const memoryWords = /\bmemory\b/i
const linesShown = 8

/** The last words of one service, read beside what engine and kernel say about how it ended. */
export const serviceLogs = defineProbe({
  kind: 'service-logs',
  about: `Reads the log of one service and how it ended: ${[short, ...Object.values(findings)].join(', ')}.`,
  fields: {
    service: z.string(),
    /** How far back it looks. */
    over: duration.default(60_000),
  },
  make: ({ service: name, over }) => ({
    look: async ({ stack, logs, wall }) => {
      const service = stack.service(name)
      const [state, oomKills] = await Promise.all([service.state(), killsIn(service)])
      const { said } = logs.wordsOf(name, wall() - over, wall())
      // How it ended is told by its last life only.
      const last = logs.wordsOf(name, Date.parse(state.startedAt), wall()).said
      const { death, because } = deathOf({ ...state, oomKills, said: last })
      const telling = said.filter((line) => memoryWords.test(line))
      // A service that runs and says that its memory runs out is told by its log alone.
      const finding = death === 'runs' && telling.length > 0 ? short : findings[death]
      const words = telling.at(-1)?.trim()
      const heard = words === undefined ? `${said.length} lines, none about memory` : `its log: ${words}`
      const evidence = { death, exitCode: state.exitCode, oomKills, lines: said.slice(-linesShown) }
      return { finding, because: `${heard}; ${because}`, evidence }
    },
  }),
})

async function killsIn(service: Service): Promise<number | null> {
  return await readMemory(service).then(
    ({ oomKills }) => oomKills,
    () => null,
  )
}
