import { lasting } from '../../kit/duration.ts'
import type { BackendWords } from '../backend-log.ts'
import { defineProbe, type View } from '../probe.ts'

/** From these shares of a server's requests on its log is about them. */
const failedShare = 0.05
const slowShare = 0.2

/** A server that logged nothing for so long, ms, while it did before, is silent. */
const silentMs = 1_500

/** What a server's log can say, worst first. */
const findings = ['error messages', 'failed answers', 'slow answers', 'no requests arrive', 'nothing unusual'] as const
type Finding = (typeof findings)[number]

/** The logs of the servers behind the proxy. */
export const backendLogs = defineProbe({
  kind: 'backend-logs',
  about: `Reads the backends' own logs: ${findings.join(', ')}.`,
  finds: findings,
  fields: {
    /** How far back it looks. */
    over: lasting.default(5_000),
  },
  make: ({ over }) => ({
    look: (view) => {
      const backends = view.stack.servers()
      const read = backends.map(({ name }) => ({ name, ...readOne(view, name, over) }))
      const finding = findings.find((one) => read.some((log) => log.finding === one)) ?? 'nothing unusual'
      const because = read.map((log) => `${log.name}: ${log.because}`).join('; ')
      const evidence = {
        overMs: over,
        requests: Object.fromEntries(read.map(({ name, requests }) => [name, requests])),
        said: read.flatMap(({ name, said }) => said.slice(0, 3).map((line) => `${name}: ${line.slice(0, 300)}`)),
      }
      return Promise.resolve({ finding, because, evidence })
    },
  }),
})

function readOne({ logs, wall, storyStartWallMs }: View, name: string, over: number) {
  const to = wall()
  const words = logs.wordsOf(name, Math.max(to - over, storyStartWallMs), to)
  const before = logs.wordsOf(name, storyStartWallMs - over, storyStartWallMs).requests
  const silent = before > 0 && logs.wordsOf(name, to - silentMs, to).requests === 0
  return { ...words, ...meaningOf(words, silent) }
}

function meaningOf(words: BackendWords, silent: boolean): { finding: Finding; because: string } {
  const { requests, failed, slow, said } = words
  if (said.length > 0) return { finding: 'error messages', because: `it says: ${(said[0] ?? '').slice(0, 160)}` }
  // A request that was given up after a second was slow; that it failed follows from it.
  if (requests > 0 && slow / requests >= slowShare) {
    return { finding: 'slow answers', because: `${slow} of ${requests} requests took a second or longer` }
  }
  if (requests > 0 && failed / requests >= failedShare) {
    return { finding: 'failed answers', because: `${failed} of ${requests} requests were not answered well` }
  }
  // Silence only means something where there was traffic before.
  if (silent) return { finding: 'no requests arrive', because: `no request logged in the last ${silentMs} ms` }
  return { finding: 'nothing unusual', because: `${requests} requests, answered` }
}
