import { durationMs } from '../../kit/duration.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import { didYouMean } from '../../kit/near-miss.ts'
import { ownOf } from '../../kit/own.ts'
import { type Asked, always, elsewhere, type Known, type RuleName, ruleNames } from '../../nginx/index.ts'
import { Mistakes } from '../mistakes.ts'

export interface LintFlags {
  backendKeepAlive?: string
  /** Prints the rules instead. */
  rules?: boolean
  /** Prints these rules instead; names with commas between them, as in the next two. */
  explain?: string[]
  only?: string[]
  skip?: string[]
  /** Tells hints, too. */
  hints?: boolean
  json?: boolean
  sarif?: boolean
  /** Where the folder lies on the machine that the configuration was made for. */
  prefix?: string
  /** `1.30`: the Nginx that reads it. */
  nginx?: string
  engineHost?: string
}

/** What flags mean, all of them checked. */
export interface LintPlan {
  readonly known: Known
  readonly asked: Asked
  readonly explain: readonly string[]
}

/** Reads the command line. Every mistake in it is told at once. */
export function lintPlan(path: string | undefined, flags: LintFlags): LintPlan {
  const [only, skip, explain] = [flags.only, flags.skip, flags.explain].map(namesIn)
  const { nginx, backendKeepAlive } = flags
  const keepAliveMs = backendKeepAlive === undefined ? undefined : durationMs(backendKeepAlive)
  const mistakes = [
    ...(only ?? []).flatMap((name) => ruleMistake('--only', name)),
    ...(skip ?? []).flatMap((name) => ruleMistake('--skip', name)),
    ...(explain ?? []).filter((name) => !isAlways(name)).flatMap((name) => ruleMistake('--explain', name)),
    ...(nginx === undefined || /^\d+\.\d+(\.\d+)?$/.test(nginx)
      ? []
      : [usage(`--nginx: '${nginx}' is no version`, 'Write e.g. 1.30 or 1.26.3.')]),
    ...(backendKeepAlive !== undefined && keepAliveMs === undefined
      ? [noDuration(`--backend-keep-alive: '${backendKeepAlive}' is no duration`)]
      : []),
    ...(flags.json && flags.sarif ? [usage('--json and --sarif are both named', 'Name one of them.')] : []),
    ...(path === undefined && !flags.rules && explain === undefined
      ? [usage('no configuration is named', 'Name nginx.conf, its folder, or docker:NAME.')]
      : []),
  ]
  new Mistakes(mistakes).refuse('Nothing was looked at.')
  const known = {
    ...(keepAliveMs === undefined ? {} : { backendKeepAliveS: keepAliveMs / 1_000 }),
    ...(nginx === undefined ? {} : { version: nginx }),
  }
  const asked = {
    ...(only ? { only: only.filter(isRule) } : {}),
    skip: (skip ?? []).filter(isRule),
    hints: flags.hints === true,
  }
  return { known, asked, explain: explain ?? [] }
}

const usage = (message: string, hint: string) => new BadgatewayError('USAGE', message, hint)
const noDuration = (message: string) => new BadgatewayError('DURATION_INVALID', message, 'Write e.g. 5s.')
const isRule = (name: string): name is RuleName => ruleNames.some((one) => one === name)
const isAlways = (name: string) => ownOf(always, name) !== undefined

function namesIn(values: readonly string[] | undefined): string[] | undefined {
  return values?.flatMap((value) => value.split(',').map((name) => name.trim()))
}

function ruleMistake(flag: string, name: string): BadgatewayError[] {
  if (isRule(name)) return []
  if (isAlways(name)) return [usage(`${flag}: '${name}' is always reported`, 'Name a rule.')]
  const other = ownOf(elsewhere, name)
  if (other) return [usage(`${flag}: there is no rule '${name}' here`, `${other}.`)]
  const near = didYouMean(name, ruleNames)
  return [usage(`${flag}: there is no rule '${name}'`, `${near}badgateway lint-config --rules has them all.`)]
}
