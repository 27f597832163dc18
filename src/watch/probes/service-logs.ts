import { z } from 'zod'
import { type Death, deathOf } from '../../engine/index.ts'
import { type Fact, factsOf } from '../../journal/index.ts'
import { lasting } from '../../kit/duration.ts'
import type { Stack } from '../../stack/index.ts'
import { defineProbe } from '../probe.ts'

const findings: Record<Death, string> = {
  'out of memory': 'memory overload',
  'heap exhausted': 'heap exhausted',
  killed: 'killed',
  crashed: 'crashed',
  ended: 'ended in order',
  runs: 'nothing unusual',
}
const short = 'memory runs short'
/** The kernel asks nobody, and nobody had seen it coming. */
const silent = 'killed for its memory, and its log is silent'
const memoryWords = /\bmemory\b/i
const linesShown = 8

/** The last words of one service, read beside what engine and kernel say about how it ended. */
export const serviceLogs = defineProbe({
  kind: 'service-logs',
  about: `Reads the log of one service and how it ended: ${[short, silent, ...Object.values(findings)].join(', ')}.`,
  finds: [short, silent, ...Object.values(findings)],
  fields: {
    service: z.string(),
    /** How far back it looks. */
    over: lasting.default(60_000),
  },
  make: ({ service: name, over }) => ({
    look: async ({ stack, logs, wall, facts, now }) => {
      const service = stack.service(name)
      const [state, oomKills] = await Promise.all([service.state(), killsIn(stack, name)])
      const { said } = logs.wordsOf(name, wall() - over, wall())
      // How it ended is told by its last life only.
      const last = logs.wordsOf(name, Date.parse(state.startedAt), wall()).said
      const { death, because } = deathOf({ ...state, oomKills, said: last })
      const telling = said.filter((line) => memoryWords.test(line))
      const killed = killsSince(facts, name, now() - over)
      // One that the engine has started again runs; one that runs and says that its memory runs out is told by its log.
      const again = death === 'runs' && killed > 0
      const finding = findingOf(again ? 'out of memory' : death, telling.length > 0)
      const words = telling.at(-1)?.trim()
      const heard = words === undefined ? `${said.length} lines, none about memory` : `its log: ${words}`
      const often = again ? `; killed for its memory ${counted(killed)} before, and started again by the engine` : ''
      const evidence = { death, killed, exitCode: state.exitCode, oomKills, lines: said.slice(-linesShown) }
      return { finding, because: `${heard}; ${because}${often}`, evidence }
    },
  }),
})

/** What the log itself says decides whether it tells of memory; how it ended, what became of that. */
function findingOf(death: Death, saysMemory: boolean): string {
  if (death === 'runs' && saysMemory) return short
  return death === 'out of memory' && !saysMemory ? silent : findings[death]
}

const counted = (times: number) => (times === 1 ? 'once' : `${times} times`)

/** How often the engine told that the kernel had killed it. */
function killsSince(facts: readonly Fact[], name: string, fromT: number): number {
  const events = factsOf(facts, 'service-event')
  return events.filter(({ service, action, t }) => service === name && action === 'oom' && t >= fromT).length
}

async function killsIn(stack: Stack, name: string): Promise<number | null> {
  return await stack
    .cgroup(name)
    .memory()
    .then(
      ({ oomKills }) => oomKills,
      () => null,
    )
}
