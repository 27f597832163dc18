import { BadgatewayError } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import { didYouMean } from '../kit/near-miss.ts'
import { ownOf } from '../kit/own.ts'
import type { ProjectFile } from '../project/index.ts'
import type { DataCheck } from '../run/index.ts'
import type { DataQuestion, StackDescription } from '../stack/index.ts'

type Project = Pick<ProjectFile, 'data' | 'dependencies'>
type Own = ProjectFile['data'][string]

/** By what is spoken to each kind of database. */
const spoken: Readonly<Record<string, 'postgres' | 'mysql' | 'redis'>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  mysql: 'mysql',
  mariadb: 'mysql',
  redis: 'redis',
  valkey: 'redis',
}

/** The checks of data in a badgateway.yaml. PROJECT_INVALID with path and value for a database that is not there. */
export function ownData({ data, dependencies }: Project, file: string, description: StackDescription): DataCheck[] {
  const wrong: string[] = []
  const found = Object.entries(data).flatMap(([name, own]): DataCheck[] => {
    const question = questionOf(own, dependencies, description)
    if ('wrong' in question) {
      wrong.push(`data.${name}.${question.wrong}`)
      return []
    }
    const { equals: is, atLeast: least, atMost: most, writes, within: withinMs } = own
    return [{ name, question, bounds: { is, least, most }, writes, withinMs }]
  })
  if (wrong.length === 0) return found
  const hint = 'Nothing was started. See docs/bring-your-own-stack.md.'
  throw new BadgatewayError('PROJECT_INVALID', `${file}: ${wrong.map((line) => inert(line)).join('\n  ')}`, hint)
}

function questionOf(
  { http, sql, redis }: Own,
  dependencies: Project['dependencies'],
  { services }: StackDescription,
): DataQuestion | { wrong: string } {
  if (http) return { by: 'http', ...http }
  const [way, { of }] = sql ? (['sql', sql] as const) : (['redis', redis ?? { of: '' }] as const)
  const dependency = ownOf(dependencies, of)
  const known = Object.keys(dependencies)
  if (!dependency) {
    return {
      wrong: `${way}.of: there is no dependency '${of}'. ${didYouMean(of, known)}There are: ${known.join(', ')}`,
    }
  }
  const { service, kind } = dependency
  if (!services.some((one) => one.name === service)) {
    return { wrong: `${way}.of: '${of}' has several containers: it is not known which to ask` }
  }
  const by = ownOf(spoken, kind.toLowerCase())
  if (sql && (by === 'postgres' || by === 'mysql')) return { by, service, ...sql }
  if (redis && by === 'redis') return { by, service, command: redis.command, password: redis.password }
  return { wrong: `${way}.of: '${of}' is ${kind}, which does not speak ${way}` }
}

/** The questions that they are in a plan. */
export function dataChecksOf(data: readonly DataCheck[]) {
  return data.map(({ name, bounds }) => ({ kind: 'data-kept', data: name, ...bounds }))
}
