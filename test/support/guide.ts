import { expect } from 'vitest'
import { findGroup } from '../../src/scenario/index.ts'
import { expectPassAndNothingLeft, type Told, tell } from './told.ts'

const name = 'escalation-guide'
const group = await findGroup(name, new URL('../../scenarios', import.meta.url).pathname)

/** Names of the guide's causes, as their files are called. */
export const causes = (group?.scenarios ?? []).map((scenario) => scenario.name)

/** So much traffic that nothing has room beside it: played in a file of its own. */
export const busy = 'too-much-traffic'
/** A container or a server line that is configured wrongly. */
export const misconfigured = causes.filter((cause) => /^(container|wrong)-/.test(cause))
/** What else keeps requests from their backend: gone, too slow, or behind a packet filter. */
export const onTheWay = causes.filter((cause) => /^(backend|connect|firewall|read|timeout)-/.test(cause))

/** One cause, in one variant, at 300 ms a minute. */
export const playCause = (cause: string, variant: string): Promise<Told> => tell(cause, variant, '300ms')

/** It passed, its last remedy cured, and nothing is left. */
export async function expectCured(told: Told): Promise<void> {
  await expectPassAndNothingLeft(told)
  expect(told.verdict.remedies.at(-1)?.judgement).toBe('cured')
}
