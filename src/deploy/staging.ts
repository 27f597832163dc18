import {
  type Difference,
  differencesBetween,
  type MeasureAct,
  type ProxyService,
  type Question,
  type Release,
  releaseHistory,
  type Scene,
  type Stack,
} from '../stack/index.ts'
import { editedFiles, namedServers } from './edited.ts'
import { healthOf, pagesOf } from './health.ts'
import { changedRelease, readRelease } from './release.ts'
import { switchRelease } from './switch.ts'
import { reachabilityOf } from './validate.ts'

/** What is asked there: the pages, and what nobody but a customer may ask elsewhere. */
function questionsOf({ description }: Stack): readonly Question[] {
  return [...pagesOf(description), ...Object.values(description.upstreams).flatMap(({ trial = [] }) => trial)]
}

/** What serves the site: monitoring and our own hand are no part of what is tried. */
const comparedOf = ({ description }: Stack) => ['proxy', ...Object.keys(description.upstreams), 'database']

/**
 * Tries a release on the staging stack, before production hears of it: deployed there in the same way, then every
 * upstream server is probed and real requests are sent. What staging did not serve before the deploy it cannot
 * vouch for, so that is left out, and said. In which ways staging differs from production is part of the evidence.
 */
export async function tryOnStaging(scene: Scene, staging: Stack, candidate: Release): Promise<MeasureAct> {
  const started = scene.clock.now()
  const there = { ...scene, stack: staging, releases: releaseHistory() }
  const proxy = staging.proxy()
  const questions = questionsOf(staging)
  const [before, differences, served] = await Promise.all([
    readRelease(proxy, 'what staging serves'),
    differencesOf(scene.stack, staging),
    Promise.all(questions.map((question) => healthOf(there, proxy, [question]))),
  ])
  const asked = questions.filter((_, index) => served[index]?.healthy)
  const leftOut = questions.filter((question) => !asked.includes(question)).map(({ path }) => path)
  const fitted = fittedTo(staging, candidate)
  const { well, because } = await deployAndAsk(there, proxy, { before, fitted, asked })
  // So that the next release is tried on what production runs. The stack goes with the run: no undo is promised for it.
  if (!well) await switchRelease(there, proxy, fitted, before)
  return {
    measure: scene.measures.has('staging-parity') ? 'staging-parity' : 'staging',
    action: well ? 'passed' : 'rejected',
    because: [`on staging ${because}`, ...limitsOf(differences, leftOut)].join('; '),
    tookMs: scene.clock.now() - started,
    evidence: {
      hash: candidate.hash,
      tried: fitted.hash,
      asked: asked.map(({ path }) => path),
      leftOut,
      differences: differences.map(({ what, a, b, consequence }) => `${what}: ${a} | ${b}: ${consequence}`),
    },
  }
}

async function differencesOf(production: Stack, staging: Stack): Promise<Difference[]> {
  const [a, b] = await Promise.all([staging.snapshot(), production.snapshot()])
  return differencesBetween({ a, b }, { a: 'staging', b: 'production' }, comparedOf(production))
}

interface Trial {
  before: Release
  fitted: Release
  asked: readonly Question[]
}

async function deployAndAsk(there: Scene, proxy: ProxyService, { before, fitted, asked }: Trial) {
  if (asked.length === 0) return { well: false, because: 'nothing was served even before the deploy' }
  const switched = await switchRelease(there, proxy, before, fitted)
  if (!switched.live) return { well: false, because: switched.because }
  const [reached, health] = await Promise.all([reachabilityOf(there, fitted), healthOf(there, proxy, asked)])
  const well = reached.reachable && health.healthy
  return { well, because: `${reached.because}, ${health.because}` }
}

function limitsOf(differences: readonly Difference[], leftOut: readonly string[]): string[] {
  return [
    ...(leftOut.length === 0 ? [] : [`not asked, for it was not served there before: ${leftOut.join(', ')}`]),
    differences.length === 0
      ? 'staging does not differ from production'
      : `staging differs from production in ${differences.map(({ what }) => what).join(', ')}`,
  ]
}

/** A release as it is written for staging: without the servers of its groups that are not there. */
export function fittedTo({ description, servers }: Pick<Stack, 'description' | 'servers'>, release: Release): Release {
  const there = servers().map(({ name }) => name)
  const changes = editedFiles(release, (edit) => {
    for (const { directive, host } of namedServers(edit)) {
      const group = directive.parent?.args[0] ?? ''
      if (Object.hasOwn(description.upstreams, group) && !there.includes(host)) edit.remove(directive)
    }
  })
  return changes.length === 0 ? release : changedRelease(release, `${release.name}, for staging`, changes)
}
