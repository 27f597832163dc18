import { durationMs } from '../../kit/duration.ts'
import { BadgatewayError, type ErrorCode } from '../../kit/errors.ts'
import { didYouMean } from '../../kit/near-miss.ts'
import { ownOf } from '../../kit/own.ts'
import { type Asked, always, elsewhere, type Known, type RuleName, ruleNames } from '../../nginx/index.ts'

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

interface Mistake {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
}

/** Reads the command line. Every mistake in it is told at once. */
export function lintPlan(path: string | undefined, flags: LintFlags): LintPlan {
  const [only, skip, explain] = [flags.only, flags.skip, flags.explain].map(namesIn)
  const { nginx, backendKeepAlive } = flags
  const keepAliveMs = backendKeepAlive === undefined ? undefined : durationMs(backendKeepAlive)
  const mistakes: Mistake[] = [
    ...(only ?? []).flatMap((name) => ruleMistake('--only', name)),
    ...(skip ?? []).flatMap((name) => ruleMistake('--skip', name)),
    ...(explain ?? []).filter((name) => !isAlways(name)).flatMap((name) => ruleMistake('--explain', name)),
    ...(nginx === undefined || /^\d+\.\d+(\.\d+)?$/.test(nginx)
      ? []
      : [usage(`--nginx: '${nginx}' is no version`, 'Write e.g. 1.30 or 1.26.3.')]),
    ...(backendKeepAlive !== undefined && keepAliveMs === undefined
      ? [{ ...usage(`--backend-keep-alive: '${backendKeepAlive}' is no duration`, 'Write e.g. 5s.'), code: duration }]
      : []),
    ...(flags.json && flags.sarif ? [usage('--json and --sarif are both named', 'Name one of them.')] : []),
    ...(path === undefined && !flags.rules && explain === undefined
      ? [usage('no configuration is named', 'Name nginx.conf, its folder, or docker:NAME.')]
      : []),
  ]
  refuse(mistakes)
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

const duration: ErrorCode = 'DURATION_INVALID'
const usage = (message: string, hint: string): Mistake => ({ code: 'USAGE', message, hint })
const isRule = (name: string): name is RuleName => ruleNames.some((one) => one === name)
const isAlways = (name: string) => ownOf(always, name) !== undefined

function namesIn(values: readonly string[] | undefined): string[] | undefined {
  return values?.flatMap((value) => value.split(',').map((name) => name.trim()))
}

function ruleMistake(flag: string, name: string): Mistake[] {
  if (isRule(name)) return []
  if (isAlways(name)) return [usage(`${flag}: '${name}' is always reported`, 'Name a rule.')]
  const other = ownOf(elsewhere, name)
  if (other) return [usage(`${flag}: there is no rule '${name}' here`, `${other}.`)]
  const near = didYouMean(name, ruleNames)
  return [usage(`${flag}: there is no rule '${name}'`, `${near}badgateway lint-config --rules has them all.`)]
}

function refuse(mistakes: readonly Mistake[]): void {
  const [first, ...more] = mistakes
  if (!first) return
  if (more.length === 0) throw new BadgatewayError(first.code, first.message, first.hint)
  const lines = mistakes.map(({ message, hint }) => `${message}. ${hint}`)
  throw new BadgatewayError(
    'USAGE',
    ['the command line has several mistakes', ...lines].join('\n'),
    'Correct them all.',
  )
}
