import { pollUntil, realClock } from '../../kit/clock.ts'
import { reasonOf } from '../../kit/errors.ts'
import type { Agent } from '../../protocol/index.ts'
import { alertmanagerOf } from '../alertmanager.ts'
import type { MonitoringDescription, MonitorPlace, TheirMonitoring } from '../description/description.ts'
import type { HostOf } from '../monitoring/jobs.ts'
import { prometheusOf } from '../prometheus.ts'

/** One that has only just been started reads what it has on disk first. */
const startsMs = 15_000
const retryMs = 250
const askLimitMs = 2_000

interface Around {
  readonly agent: Agent
  readonly hostOf: HostOf
  readonly tell: (line: string) => void
  readonly signal: AbortSignal | undefined
}

/**
 * Their monitoring, as far as it answers; undefined: their Prometheus does not, is none, or has no alert rule, which is
 * told in one sentence. Without their Alertmanager, which is told too, nobody knows whom an alert reaches.
 */
export async function theirsThere(
  { prometheus, alertmanager }: TheirMonitoring,
  { agent, hostOf, tell, signal }: Around,
): Promise<MonitoringDescription | undefined> {
  const found = (one: MonitorPlace) => placeOf(one, hostOf)
  const { service, port, host } = found(prometheus)
  const theirs = { prometheus: found(prometheus) }
  const monitoring = { service, ...(host === undefined ? {} : { host }), prometheus: port, rules: '', metrics: {} }
  const client = prometheusOf(agent, { ...monitoring, theirs })
  const asking = async () => {
    const groups = await client.rules('alert', { timeoutMs: askLimitMs })
    if (groups.every(({ rules }) => rules.length === 0)) throw new Error('it has no alert rule')
  }
  const deaf = await troubleOf(asking, signal)
  if (deaf !== undefined) {
    tell(`Your Prometheus (${service}:${port}) cannot be asked for alerts: ${deaf}`)
    return undefined
  }
  if (!alertmanager) return { ...monitoring, theirs }
  const pager = found(alertmanager)
  const mute = await troubleOf(() => alertmanagerOf(agent, pager).alerts({ timeoutMs: askLimitMs }), signal)
  if (mute === undefined) return { ...monitoring, theirs: { ...theirs, alertmanager: pager } }
  tell(`Your Alertmanager (${pager.service}:${pager.port}) cannot be asked whom an alert reaches: ${mute}`)
  return { ...monitoring, theirs }
}

/** Why it cannot be asked; undefined: it can. What is coming up is given its time. */
async function troubleOf(ask: () => Promise<unknown>, signal?: AbortSignal): Promise<string | undefined> {
  let trouble: string | undefined
  const look = async () => {
    trouble = await ask().then(() => undefined, reasonOf)
    return trouble !== undefined && /does not answer|answers 503/.test(trouble) ? undefined : true
  }
  const limits = { withinMs: startsMs, everyMs: retryMs, clock: realClock }
  await pollUntil(look, signal ? { ...limits, signal } : limits)
  return trouble
}

/** Where it is found now; itself where nobody can say. */
function placeOf(place: MonitorPlace, hostOf: HostOf): MonitorPlace {
  try {
    return { host: hostOf(place.service), ...place }
  } catch {
    // It does not run, or stands on no network: asked by its name it does not answer, which is told.
    return place
  }
}
