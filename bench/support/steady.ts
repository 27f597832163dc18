import { pollUntil, realClock } from '../../src/kit/clock.ts'
import { reasonOf } from '../../src/kit/errors.ts'
import { type Agent, ports } from '../../src/protocol/index.ts'

const limitMs = 60_000
const everyMs = 25
const pages = ['/', '/api/products']

interface Targets {
  data: { activeTargets: { health: string; scrapeUrl: string }[] }
}

/** Resolves when the site answers 200, Prometheus is ready and all its targets are up; throws with what is missing. */
export async function untilSteady(entry: string, agent: Agent): Promise<void> {
  let missing = 'nothing was asked yet'
  const steady = await pollUntil(
    async () => {
      missing = await whatIsMissing(entry, agent).catch(reasonOf)
      return missing === '' ? true : undefined
    },
    { withinMs: limitMs, everyMs, clock: realClock },
  )
  if (!steady) throw new Error(`not steady after ${limitMs} ms: ${missing}`)
}

async function whatIsMissing(entry: string, agent: Agent): Promise<string> {
  for (const page of pages) {
    const answer = await fetch(`${entry}${page}`, { signal: AbortSignal.timeout(2_000) })
    await answer.arrayBuffer()
    if (answer.status !== 200) return `${page} is answered ${answer.status}`
  }
  const ask = (path: string) => agent.forward({ host: 'monitoring', port: ports.prometheus, path, timeoutMs: 2_000 })
  const ready = await ask('/-/ready')
  if (ready.status !== 200) return `Prometheus is answered ${ready.status}`
  const { data }: Targets = JSON.parse((await ask('/api/v1/targets?state=active')).body)
  const down = data.activeTargets.filter(({ health }) => health !== 'up')
  if (data.activeTargets.length === 0) return 'Prometheus has no target'
  return down.length > 0 ? `not up yet: ${down.map(({ scrapeUrl }) => scrapeUrl).join(', ')}` : ''
}
