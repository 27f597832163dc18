import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { BadgatewayError, exitCodes } from '../kit/errors.ts'
import { count, counted } from '../kit/figures.ts'
import { dockerFolder, scenariosFolder } from '../kit/home.ts'
import { inert, inertJson } from '../kit/inert.ts'
import { scaleFrom } from '../kit/time-scale.ts'
import { type TextRow, textTable } from '../reporters/index.ts'
import {
  cannotFire,
  givenRule,
  type LookedFor,
  lookedFor,
  needsOf,
  promShow,
  type Rule,
  readRules,
} from '../rules/index.ts'
import { faultTime, planOf } from '../run/index.ts'
import { findScenario } from '../scenario/index.ts'
import type { CommandIo } from './io.ts'
import { scaleOf } from './options.ts'

/** `badgateway rules DIR`: what each rule needs, what is there, and from which time scale on it can be asked. */
export function rulesCommand(io: CommandIo): Command {
  return new Command('rules')
    .argument('[folder]', 'folder or file with Prometheus rules or PrometheusRule resources (default: ours)')
    .option('--scenario <name>', 'ask for this scenario: what its story leaves time for')
    .option('--variant <name>', 'this variant of it (default: its first one)')
    .option('--time-scale <duration>', 'what one minute of the incident takes', '1s')
    .option('--json', 'print JSON')
    .action(async (folder: string | undefined, flags: RulesFlags) => {
      io.setExit(await rulesAction(folder, flags, io))
    })
}

export interface RulesFlags {
  scenario?: string
  variant?: string
  timeScale: string
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
  const place = folder === undefined ? join(dockerFolder(), 'monitoring', 'rules') : resolve(io.cwd, folder)
  const { rules, leftOut } = await readRules(place, folder ?? 'our rules')
  const time = await timeOf(flags)
  const told = rules.map((rule) => tellRule(rule, rules, time))
  const deaf = told.filter(({ kind, canBeAsked }) => kind === 'alert' && !canBeAsked)
  if (flags.json) io.out(`${inertJson({ rules: told, leftOut }, 2)}\n`)
  else {
    if (told.length > 0)
      io.out(
        `${textTable(
          told.flatMap((one) => rowsOf(one, time)),
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

interface Time {
  /** How long its fault lasts at this scale. */
  hadMs: number
  minuteMs: number
  /** Scenario and variant. */
  name: string
}

async function timeOf({ scenario: name, variant, timeScale }: RulesFlags): Promise<Time | null> {
  const minuteMs = scaleOf(timeScale)
  if (name === undefined && variant !== undefined) {
    throw new BadgatewayError('USAGE', `--variant '${variant}' is of no scenario`, 'Name it with --scenario.')
  }
  if (name === undefined) return null
  const scenario = await findScenario(name, scenariosFolder())
  const chosen = variant ?? Object.keys(scenario.variants)[0] ?? ''
  const plan = planOf(scenario, { variant: chosen, incidentMinuteMs: minuteMs })
  return { hadMs: faultTime(plan), minuteMs, name: `${scenario.name}, ${chosen}` }
}

function tellRule(rule: Rule, all: readonly Rule[], time: Time | null): Told {
  const given = all.map(givenRule)
  const own = givenRule(rule)
  const needs = needsOf(own, given)
  const selectors = lookedFor(own, given)
  const cannot = cannotFire(own, given)
  const { file, group, kind, name, forMs, keepFiringForMs } = rule
  const wholeMs = needs?.wholeMs ?? 0
  const askFrom = cannot === null && time ? scaleFrom(wholeMs, time) : null
  return {
    ...{ file, group, kind, name, forMs, keepFiringForMs, wholeMs, selectors, cannot, askFrom },
    reachMs: needs?.reachMs ?? 0,
    canBeAsked: cannot === null && (time === null || time.hadMs >= wholeMs),
  }
}

function rowsOf(told: Told, time: Time | null): TextRow[] {
  const { file, group, kind, name, forMs, reachMs, keepFiringForMs, wholeMs, selectors, cannot } = told
  const kept = keepFiringForMs > 0 ? `, kept firing for ${promShow(keepFiringForMs)}` : ''
  const needs = `for ${promShow(forMs)}, looks ${promShow(reachMs)} back, ${promShow(wholeMs)} in all${kept}`
  return [
    { over: inert(`${file}: ${kind} ${name} (group ${group})`) },
    ['  needs', needs],
    ...selectors.map(({ selector, unknown }) => {
      return unknown === null ? ['  there', inert(selector)] : ['  missing', inert(`${selector}: ${unknown}`)]
    }),
    ...(kind === 'alert' ? [['  asked', inert(cannot === null ? whenAsked(told, time) : `never: ${cannot}`)]] : []),
  ]
}

function whenAsked({ wholeMs, askFrom, canBeAsked }: Told, time: Time | null): string {
  if (!time) return `where a fault lasts ${promShow(wholeMs)} (--scenario tells the time scale)`
  const lasts = `the fault of ${time.name} lasts about ${promShow(time.hadMs)}`
  if (canBeAsked) return `at this scale: ${lasts}`
  return askFrom === null ? `at no --time-scale: ${lasts}` : `from --time-scale ${askFrom} on: ${lasts}`
}
