import { BadgatewayError } from '../../kit/errors.ts'
import { agentName } from './agent-definition.ts'
import type { ServiceDefinition } from './definition.ts'
import type { StackDescription } from './description.ts'

/** Roles that have a meaning of their own. */
const taken: readonly string[] = ['proxy', 'database', 'monitoring', agentName]

/** What contradicts itself in a description, with its path; empty: nothing. */
export function contradictionsIn({ services, proxy, upstreams, database, monitoring }: StackDescription): string[] {
  const names = services.map(({ name }) => name)
  const roleOf = (name: string) => services.find((one) => one.name === name)?.role
  const twice = names.filter((name, at) => names.indexOf(name) < at)
  const expect = (path: string, name: string, role = roleOf(name)) => {
    if (!names.includes(name)) return [`${path}: there is no service '${name}'`]
    return roleOf(name) === role ? [] : [`${path}: '${name}' has the role '${roleOf(name)}' and not '${role}'`]
  }
  const groups = Object.entries(upstreams).flatMap(([name, { servers }]) => [
    ...(taken.includes(name) ? [`upstreams.${name}: the name has another meaning`] : []),
    ...servers.flatMap((server, at) => expect(`upstreams.${name}.servers.${at}`, server, name)),
  ])
  // Behind a Unix socket nothing can be asked: who stands there is a dependency of the proxy.
  const hasNeeded = services.some(({ role }) => role === 'dependency')
  return [
    ...twice.map((name) => `services: '${name}' is there twice`),
    ...expect('proxy.service', proxy.service, 'proxy'),
    ...expect('services', agentName, agentName),
    ...(Object.keys(upstreams).length === 0 && !hasNeeded ? ['upstreams: there is none'] : groups),
    ...(database ? expect('database.service', database.service, 'database') : []),
    ...(monitoring
      ? expect('monitoring.service', monitoring.service, monitoring.theirs ? undefined : 'monitoring')
      : []),
    ...services.flatMap(({ name, after = [] }) =>
      after.filter((other) => !names.includes(other)).map((other) => `services: '${name}' waits for '${other}'`),
    ),
    ...services
      .filter((one) => waitsFor(one, one.name, services))
      .map(({ name }) => `services: '${name}' waits for itself`),
  ]
}

/** By itself or by what it waits for: of a circle nobody would ever be started. */
function waitsFor(
  { after = [] }: ServiceDefinition,
  wanted: string,
  services: readonly ServiceDefinition[],
  seen = new Set<string>(),
): boolean {
  return after.some((name) => {
    if (name === wanted) return true
    if (seen.has(name)) return false
    seen.add(name)
    const other = services.find((one) => one.name === name)
    return other !== undefined && waitsFor(other, wanted, services, seen)
  })
}

/** SCENARIO_INVALID when it contradicts itself: nothing could be raised, or found, by it. */
export function expectSound(description: StackDescription): void {
  const found = contradictionsIn(description)
  if (found.length === 0) return
  const hint = 'Nothing was started. See src/stack/description/description.ts.'
  throw new BadgatewayError('SCENARIO_INVALID', `The description of the stack: ${found.join('\n  ')}`, hint)
}
