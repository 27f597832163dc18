import { checks } from '../checks/index.ts'
import type { PlanRecord } from '../journal/index.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { scenariosFolder } from '../kit/home.ts'
import { inert } from '../kit/inert.ts'
import { builtInScenarios, findScenario } from './find.ts'
import { joined, type Kinds, namesOf, noKinds } from './kinds.ts'

/**
 * What a kept plan is judged with: the kinds that are given, and those of the scenario that comes with badgateway under
 * its name. No file that a plan names is run: a folder of runs may be somebody else's. USAGE where the plan's scenario
 * brought along a check or a reporter that is not among them.
 */
export async function kindsFor(plan: PlanRecord, given: Kinds = noKinds): Promise<Kinds> {
  if (lackingIn(plan, given).length === 0) return given
  const folder = scenariosFolder()
  const comesAlong = (await builtInScenarios(folder)).some(({ name }) => name === plan.scenario)
  const all = comesAlong ? joined(given, (await findScenario(plan.scenario, folder)).kinds) : given
  const recorded = new Set(plan.kinds)
  const lacking = lackingIn(plan, all).filter((name) => recorded.has(name))
  if (lacking.length === 0) return all
  const names = lacking.map((name) => inert(name, 100)).join(', ')
  const message = `The scenario ${inert(plan.scenario, 100)} brought along ${names}, and it is not known here`
  throw new BadgatewayError('USAGE', message, 'Name the file that defines it: --kinds FILE.')
}

/** Checks and reporters, `check x`, that are neither ours nor given: without the others a journal can be judged. */
function lackingIn({ checks: asked, kinds = [] }: PlanRecord, given: Kinds): string[] {
  const known = [...checks.map(({ kind }) => `check ${kind}`), ...namesOf(given)]
  const recorded = kinds.filter((name) => /^(check|reporter) /.test(name))
  return [...new Set([...recorded, ...asked.map(({ kind }) => `check ${kind}`)])].filter(
    (name) => !known.includes(name),
  )
}
