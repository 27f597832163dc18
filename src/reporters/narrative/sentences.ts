import type { Fact, FactOf } from '../../journal/index.ts'
import { showMs } from '../../kit/duration.ts'
import type { FaultOutcome, MeasureAction } from '../../kit/outcomes.ts'

const outcomes: Record<FaultOutcome, string> = {
  'in-force': 'is in force',
  rejected: 'was rejected',
  'rolled-back': 'was rolled back',
  'kept-off': 'was kept off the traffic',
}
const moments: Record<MeasureAction, string> = {
  passed: 'let it pass',
  rejected: 'rejected it',
  'rolled-back': 'rolled it back',
  'kept-off': 'kept it off the traffic',
  switched: 'switched over',
  failed: 'could not do its part',
}
const alertStates: Record<FactOf<'alert-changed'>['state'], string> = {
  pending: 'is pending',
  firing: 'is firing',
  delivered: 'was delivered',
  resolved: 'is resolved',
  'resolve-delivered': 'was reported as resolved',
}

const alertWays: Record<FactOf<'alert-routed'>['way'], string> = {
  received: 'is for',
  sent: 'is being sent',
  delivered: 'was delivered',
  unreached: 'did not reach its receiver',
  silenced: 'is silenced',
  inhibited: 'is inhibited by another',
  suppressed: 'is kept back',
}

/** One sentence about a fact, for every teller: terminal, report, post-mortem. Empty for facts that only feed charts */
export function sentenceOf(fact: Fact): string {
  switch (fact.kind) {
    case 'fault-injected':
      return `${fact.fault} ${outcomes[fact.outcome]}: ${fact.because}`
    case 'fault-undone':
      return `${fact.fault} is gone (${fact.by}): ${fact.because}`
    case 'measure-acted':
      return `${fact.measure} ${moments[fact.action]}: ${fact.because}`
    case 'remedy-applied':
      return `${fact.remedy} ${remedyWord(fact)}: ${fact.because}`
    case 'observed':
      return `${fact.probe}: ${fact.finding} (${fact.because})`
    case 'log-noticed':
      return `${fact.service} logs ${fact.reason}: ${fact.line}`
    case 'alert-changed':
      return `Alert ${fact.alert} ${alertStates[fact.state]}${fact.receiver ? ` to ${fact.receiver}` : ''}`
    case 'alert-routed':
      return `Their Alertmanager: ${fact.alert} ${alertWays[fact.way]} (${fact.receivers.join(', ') || 'nobody'})`
    case 'service-event':
      return `${fact.service}: ${fact.action} (${fact.because})`
    case 'event-awaited':
      return fact.met
        ? `The event came: ${fact.event} (${fact.seen})`
        : `The event did NOT come within ${showMs(fact.limitMs)}: ${fact.event} (there were: ${fact.seen})`
    case 'problem':
      return `${fact.code}: ${fact.message} ${fact.hint}`
    case 'stack-given-up':
      return `The stack is not as before by itself, and is given up: ${fact.because}`
    case 'world-compared':
      return fact.clean ? 'Everything is as before' : `Not as before: ${fact.differences.join('; ')}`
    default:
      return ''
  }
}

/** The sentence without a reason that was just given: a measure and what became of the fault often share one. */
export function sentenceAfter(fact: Fact, lastReason: string): string {
  const sentence = sentenceOf(fact)
  const reason = reasonIn(fact)
  return reason !== '' && reason === lastReason ? sentence.replace(`: ${reason}`, '') : sentence
}

/** The reason a fact gives; empty when it gives none. */
export function reasonIn(fact: Fact): string {
  return 'because' in fact ? fact.because : ''
}

function remedyWord(fact: { ok: boolean; changed: boolean }): string {
  if (!fact.ok) return fact.changed ? 'failed half-way' : 'failed'
  return fact.changed ? 'worked' : 'changed nothing'
}
