import { inert } from '../../kit/inert.ts'
import type { ProjectInput } from '../schema.ts'
import type { Survey } from '../survey/survey.ts'
import type { LoggedTraffic } from './access-log.ts'
import type { DescribedTraffic } from './openapi.ts'

type Understood = Survey & { readonly project: ProjectInput }
type TrafficInput = NonNullable<ProjectInput['traffic']>

/** Users of a check ask at least as often: fewer requests tell nothing within seconds. */
const leastRate = 5
const mostRate = 500

/** A survey whose traffic is that of an access log. */
export function withLoggedTraffic(survey: Understood, logged: LoggedTraffic, file: string): Understood {
  const { mix, unsafe, meanPerS, peakPerS, lines } = logged
  const rate = Math.min(mostRate, Math.max(leastRate, Number((peakPerS ?? leastRate).toFixed(1))))
  const told = [
    `traffic is that of ${file}: ${lines.read} requests but ${lines.failed} that failed and ${lines.rare} rare ones`,
    ...(lines.unreadable > 0
      ? [`${lines.unreadable} lines of ${file} were not read: they are no access log of a known format`]
      : []),
    ...unsafe.map(
      ({ request, share }) => `left out: ${request} (${(100 * share).toFixed(1)} %): it needs a body that no log has`,
    ),
    ...(mix.length > 0
      ? ['ids in paths are replaced (1, x): see that these paths exist in a stack that has just started']
      : []),
  ]
  const because =
    meanPerS === undefined || peakPerS === undefined
      ? 'the log has no times'
      : `${meanPerS.toFixed(1)}/s all the time, ${peakPerS.toFixed(1)}/s in the busiest minute`
  const traffic: TrafficInput = { ratePerS: rate, ...(mix.length > 0 ? { mix: mix.map(requestOf) } : {}) }
  return merged(survey, traffic, { notes: told, because })
}

const requestOf = ({ method, path, weight }: LoggedTraffic['mix'][number]) => ({
  path,
  ...(method === 'GET' ? {} : { method }),
  weight,
})

/** A survey whose traffic are the safe operations of an OpenAPI file. */
export function withDescribedTraffic(survey: Understood, { mix, left }: DescribedTraffic, file: string): Understood {
  const notes = left.map(({ request, because }) => `left out: ${request} of ${file}: ${because}`)
  const requests = mix.map(({ path, headers }) => ({ path, ...(headers ? { headers: { ...headers } } : {}) }))
  return merged(survey, requests.length > 0 ? { mix: requests } : {}, { notes, because: undefined })
}

function merged(
  survey: Understood,
  traffic: TrafficInput,
  told: { notes: readonly string[]; because: string | undefined },
): Understood {
  const path = ['traffic', 'ratePerS']
  const others = survey.understood.filter((one) => told.because === undefined || one.path.join('.') !== path.join('.'))
  const rate = told.because === undefined ? [] : [{ path, guessed: true, because: told.because }]
  return {
    ...survey,
    understood: [...others, ...rate],
    notes: [...survey.notes, ...told.notes.map((note) => inert(note))],
    project: { ...survey.project, traffic: { ...survey.project.traffic, ...traffic } },
  }
}
