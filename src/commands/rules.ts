import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { readStranger } from '../check/index.ts'
import { BadgatewayError, exitCodes } from '../kit/errors.ts'
import { count, counted } from '../kit/figures.ts'
import { dockerFolder, scenariosFolder } from '../kit/home.ts'
import { inert, inertJson } from '../kit/inert.ts'
import { scaleFrom } from '../kit/time-scale.ts'
import { type TextRow, textTable } from '../reporters/index.ts'
import {
  cannotFire,
  givenRule,
  type Here,
  hereOf,
  type LookedFor,
  lookedFor,
  needsOf,
  promShow,
  type Rule,
  readRules,
  shopHere,
} from '../rules/index.ts'
import { faultTime, planOf } from '../run/index.ts'
import { findScenario, kindsFrom } from '../scenario/index.ts'
import { measuredOf } from '../stack/index.ts'
import { fileOf } from './check/flags.ts'
import type { CommandIo } from './io.ts'
import { collect, kindsOption, scaleOf } from './options.ts'

/** `badgateway rules DIR`: what each rule needs, what is there, and from which time scale on it can be asked. */
export function rulesCommand(io: CommandIo): Command {
  return new Command('rules')
    .argument('[folder]', 'folder or file with Prometheus rules or PrometheusRule resources (default: ours)')
    .option('--scenario <name>', 'ask for this scenario: what its story leaves time for')
    .option(...kindsOption, collect, [])
    .option('--variant <name>', 'this variant of it (default: its first one)')
    .option('--time-scale <duration>', 'what one minute of the incident takes', '1s')
    .option('--stack <folder>', 'ask of the stack that badgateway.yaml there describes, and by default of its rules')
    .option('--json', 'print JSON')
    .action(async (folder: string | undefined, flags: RulesFlags) => {
      io.setExit(await rulesAction(folder, flags, io))
    })
}

export interface RulesFlags {
  scenario?: string
  variant?: string
  kinds?: string[]
  timeScale: string
  stack?: string
  json?: boolean
}

/** One rule: what it needs, what of that is here, and when it can be asked. Times in ms. */
interface Told {
  file: string
  group: string
  kind: Rule['kind']
  name: string
  forMs: number
  reachMs: number
  keepFiringForMs: number
  /** From a fault until its silence says something. */
  wholeMs: number
  selectors: readonly LookedFor[]
  /** Why it cannot fire here, whatever happens; null: it can. */
  cannot: string | null
  /** `--time-scale` from which the scenario leaves it time; null: none does, or no scenario is named. */
  askFrom: string | null
  /** Can it be asked at the scale that is given? Without a scenario: at some. */
  canBeAsked: boolean
}

/** 0: every alert can be asked; 1: at least one cannot. RULES_INVALID where Prometheus would take none of it. */
export async function rulesAction(folder: string | undefined, flags: RulesFlags, io: CommandIo): Promise<number> {
  const { rules, leftOut, here } = await askedOf(folder, flags, io)
  const time = await timeOf(flags, io)
  const told = rules.map((rule) => tellRule(rule, rules, { time, here }))
  const deaf = told.filter(({ kind, canBeAsked }) => kind === 'alert' && !canBeAsked)
  if (flags.json) io.out(`${inertJson({ rules: told, leftOut }, 2)}\n`)
  else {
    if (told.length > 0)
      io.out(
        `${textTable(
          told.flatMap((one) => rowsOf(one, time, flags)),
          { columns: io.columns },
        )}\n`,
      )
    for (const text of leftOut) io.out(`${inert(text)}\n`)
    const alerts = told.filter(({ kind }) => kind === 'alert').length
    const cannot = `${count(deaf.length)} cannot be asked${time ? '' : ' here'}`
    io.out(`${inert(`${counted(told.length, 'rule')}, ${counted(alerts, 'alert')}; ${cannot}`)}\n`)
  }
  return deaf.length > 0 ? exitCodes.fail : exitCodes.pass
}

/** Which rules are meant, and of which stack they are asked. */
async function askedOf(folder: string | undefined, { stack, scenario }: RulesFlags, io: CommandIo) {
  if (stack !== undefined && scenario !== undefined) {
    throw new BadgatewayError('USAGE', '--scenario is told on the built-in stack, and not on --stack', 'Leave one out.')
  }
  const named = folder === undefined ? undefined : await readRules(resolve(io.cwd, folder), folder)
  if (stack === undefined) {
    return { ...(named ?? (await readRules(join(dockerFolder(), 'monitoring', 'rules'), 'our rules'))), here: shopHere }
  }
  const file = fileOf(stack, io)
  const { description, rules } = await readStranger({ file, env: io.env, signal: new AbortController().signal })
  const found = named ?? rules
  if (found) return { ...found, here: hereOf(measuredOf(description)) }
  throw new BadgatewayError('RULES_MISSING', `${file}: it names no rules`, 'Name them in monitoring.rules, or here.')
}

interface Time {
  /** How long its fault lasts at this scale. */
  hadMs: number
  minuteMs: number
  /** Scenario and variant. */
  name: string
}

async function timeOf(
  { scenario: name, variant, kinds = [], timeScale }: RulesFlags,
  io: CommandIo,
): Promise<Time | null> {
  const minuteMs = scaleOf(timeScale)
  if (name === undefined && variant !== undefined) {
    throw new BadgatewayError('USAGE', `--variant '${variant}' is of no scenario`, 'Name it with --scenario.')
  }
  if (name === undefined && kinds.length > 0) {
    throw new BadgatewayError('USAGE', '--kinds is of no scenario', 'Name it with --scenario.')
  }
  if (name === undefined) return null
  const own = await kindsFrom(kinds.map((file) => resolve(io.cwd, file)))
  const scenario = await findScenario(name, scenariosFolder(), own)
  const chosen = variant ?? Object.keys(scenario.variants)[0] ?? ''
  const plan = planOf(scenario, { variant: chosen, incidentMinuteMs: minuteMs })
  return { hadMs: faultTime(plan), minuteMs, name: `${scenario.name}, ${chosen}` }
}

function tellRule(rule: Rule, all: readonly Rule[], { time, here }: { time: Time | null; here: Here }): Told {
  const given = all.map(givenRule)
  const own = givenRule(rule)
  const needs = needsOf(own, given)
  const selectors = lookedFor(own, given, here)
  const cannot = cannotFire(own, given, here)
  const { file, group, kind, name, forMs, keepFiringForMs } = rule
  const wholeMs = needs?.wholeMs ?? 0
  const askFrom = cannot === null && time ? scaleFrom(wholeMs, time) : null
  return {
    ...{ file, group, kind, name, forMs, keepFiringForMs, wholeMs, selectors, cannot, askFrom },
    reachMs: needs?.reachMs ?? 0,
    canBeAsked: cannot === null && (time === null || time.hadMs >= wholeMs),
  }
}

function rowsOf(told: Told, time: Time | null, flags: RulesFlags): TextRow[] {
  const { file, group, kind, name, forMs, reachMs, keepFiringForMs, wholeMs, selectors, cannot } = told
  const kept = keepFiringForMs > 0 ? `, kept firing for ${promShow(keepFiringForMs)}` : ''
  const needs = `for ${promShow(forMs)}, looks ${promShow(reachMs)} back, ${promShow(wholeMs)} in all${kept}`
  return [
    { over: inert(`${file}: ${kind} ${name} (group ${group})`) },
    ['  needs', needs],
    ...selectors.map(({ selector, unknown }) => {
      return unknown === null ? ['  there', inert(selector)] : ['  missing', inert(`${selector}: ${unknown}`)]
    }),
    ...(kind === 'alert'
      ? [['  asked', inert(cannot === null ? whenAsked(told, time, flags) : `never: ${cannot}`)]]
      : []),
  ]
}

function whenAsked({ wholeMs, askFrom, canBeAsked }: Told, time: Time | null, { stack }: RulesFlags): string {
  const how = stack === undefined ? '--scenario tells the time scale' : 'badgateway check --hold'
  if (!time) return `where a fault lasts ${promShow(wholeMs)} (${how})`
  const lasts = `the fault of ${time.name} lasts about ${promShow(time.hadMs)}`
  if (canBeAsked) return `at this scale: ${lasts}`
  return askFrom === null ? `at no --time-scale: ${lasts}` : `from --time-scale ${askFrom} on: ${lasts}`
}
