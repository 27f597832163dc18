import { scaleAdvice } from '../kit/time-scale.ts'
import { type Here, shopHere } from './here.ts'
import { cannotFire } from './metrics-here.ts'
import { type GivenRule, needsOf, scrapeMs } from './needs.ts'
import { promShow } from './prom-duration.ts'
import type { Rule } from './rule.ts'

/** What a story asks of one alert. Times in ms; absent: not asked. */
export interface Question {
  readonly alert: string
  readonly firesWithinMs?: number
  readonly resolvesWithinMs?: number
  /** Asked to be silent: it needs no more than to be able to fire. */
  readonly silent?: true
  /** How long it has to notice anything, at the scale of the run. */
  readonly hadMs: number
  /** What has so long: `the fault lasts`. */
  readonly what: string
  /** What one minute of the incident takes. */
  readonly minuteMs: number
}

/** As Prometheus is told them: groups that say nothing of their own are evaluated as often as targets are asked. */
export const givenRule = (rule: Rule): GivenRule => ({ ...rule, everyMs: rule.everyMs ?? scrapeMs })

/** Why a question cannot be answered, whatever the system does, or not by silence; empty: it can be. */
export function troublesOf(question: Question, rules: readonly Rule[]): string[] {
  const given = rules.map(givenRule)
  const own = given.filter((rule) => rule.kind === 'alert' && rule.name === question.alert)
  const troubles = own.map((rule) => troubleOf(question, rule, given))
  return troubles.every((one) => one.length > 0) ? (troubles[0] ?? []) : []
}

/** Alerts that can never fire here, whatever happens, each with the reason. */
export function impossibleIn(rules: readonly Rule[], here: Here = shopHere): string[] {
  const given = rules.map(givenRule)
  return rules.flatMap((rule) => {
    const cannot = rule.kind === 'alert' ? cannotFire(givenRule(rule), given, here) : null
    return cannot === null ? [] : [`${rule.file}: ${rule.name} can never fire: ${cannot}`]
  })
}

/** Alerts that could fire here and have no time to while a fault is held for so long, each with the hold it needs. */
export function tooSlowFor(holdMs: number, rules: readonly Rule[], here: Here = shopHere): string[] {
  const given = rules.map(givenRule)
  const told = rules.flatMap((rule) => {
    const needs = rule.kind === 'alert' ? needsOf(givenRule(rule), given) : null
    if (!needs || cannotFire(givenRule(rule), given, here) !== null) return []
    const { forMs, seenMs, reachMs, wholeMs } = needs
    const [where, held] = [`${rule.file}: ${rule.name}`, promShow(holdMs)]
    if (holdMs < forMs + seenMs) {
      const asked = `from --hold ${seconds(forMs + seenMs)} on it can be asked`
      const why = forMs > 0 ? `its 'for' is ${promShow(forMs)}` : `what it reads is looked at every ${promShow(seenMs)}`
      return [`${where} cannot fire while a fault is held for ${held}: ${why}; ${asked}`]
    }
    if (holdMs >= wholeMs) return []
    const says = `its silence says something from --hold ${seconds(wholeMs)} on`
    return [`${where} looks ${promShow(reachMs)} back, and a fault is held for ${held}: ${says}`]
  })
  return [...new Set(told)]
}

const seconds = (ms: number) => `${Math.ceil(ms / 1_000)}s`

function troubleOf(question: Question, rule: GivenRule, all: readonly GivenRule[]): string[] {
  const needs = needsOf(rule, all)
  if (!needs) return []
  const { alert, hadMs, firesWithinMs, resolvesWithinMs, what } = question
  const cannot = cannotFire(rule, all)
  if (cannot !== null) return [`${alert} can never fire: ${cannot}`]
  const { forMs, reachMs, seenMs, wholeMs, keepFiringForMs } = needs
  const has = `${what} ${promShow(hadMs)}`
  const troubles: string[] = []
  if (hadMs < forMs + seenMs) {
    const reason = `its 'for' is ${promShow(forMs)}, and ${has}`
    troubles.push(`${alert} cannot be asked at this scale: ${reason}; ${scaleAdvice(wholeMs, question)}`)
  } else if (hadMs < wholeMs && !question.silent) {
    const reason = `it looks ${promShow(reachMs)} back and waits ${promShow(forMs)}, and ${has}`
    troubles.push(`${alert} proves nothing by its silence at this scale: ${reason}; ${scaleAdvice(wholeMs, question)}`)
  }
  if (firesWithinMs !== undefined && firesWithinMs < forMs) {
    const least = `firesWithin ${promShow(forMs + seenMs)}`
    troubles.push(
      `${alert} cannot fire within ${promShow(firesWithinMs)}: its 'for' alone is ${promShow(forMs)} (${least})`,
    )
  }
  if (resolvesWithinMs !== undefined && resolvesWithinMs < keepFiringForMs) {
    const reason = `it is kept firing for ${promShow(keepFiringForMs)}`
    troubles.push(`${alert} cannot resolve within ${promShow(resolvesWithinMs)}: ${reason}`)
  }
  return troubles
}
