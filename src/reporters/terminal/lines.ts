import { watchdog } from '../../checks/index.ts'
import type { Fact } from '../../journal/index.ts'
import { count, seconds } from '../../kit/figures.ts'
import { inert } from '../../kit/inert.ts'
import { sentenceAfter, sentenceOf } from '../narrative/sentences.ts'

export type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'strong'

export interface Line {
  readonly text: string
  readonly tone: Tone
}

const phaseWords = {
  raise: 'Starting the stack',
  steady: 'Waiting until it is steady',
  story: 'The story begins',
  undo: 'Undoing',
  lower: 'Tearing the stack down',
} as const

/** What a line says about a fact; undefined for facts that only count. `lastReason` is not said again. */
export function lineOf(fact: Fact, lastReason = ''): Line | undefined {
  switch (fact.kind) {
    case 'phase-entered':
      return { text: `${phaseWords[fact.phase]} …`, tone: 'plain' }
    case 'stack-ready':
      return {
        text:
          `${count(fact.services.length)} containers are ready after ${seconds(fact.tookMs / 1_000)}` +
          (fact.used ? ', as another run left them: unchanged' : '') +
          (fact.lacking ? `; the access log does not tell everything (${inert(fact.lacking[0] ?? '')})` : ''),
        tone: fact.lacking ? 'warn' : 'good',
      }
    case 'steady-checked':
      return fact.steady
        ? { text: `Steady: ${fact.because}`, tone: 'good' }
        : { text: `NOT steady: ${fact.because}`, tone: 'bad' }
    case 'step-entered':
      return { text: fact.title, tone: 'strong' }
    case 'step-ended':
      return fact.ok ? undefined : { text: `  ${fact.because}`, tone: 'warn' }
    case 'alert-changed':
      return fact.alert === watchdog ? undefined : { text: `  ${sentenceOf(fact)}`, tone: alertTone(fact.state) }
    case 'service-event':
      // Signal 1 is a reload, which the deploy tells itself.
      return /^(die|oom|kill|restart|health_status)/.test(fact.action) && fact.because !== 'signal 1'
        ? { text: `  ${sentenceOf(fact)}`, tone: 'warn' }
        : undefined
    case 'run-ended':
      return { text: `Ended: ${fact.reason}, after ${seconds(fact.wallMs / 1_000)}`, tone: 'plain' }
    default: {
      const text = sentenceAfter(fact, lastReason)
      return text === '' ? undefined : { text: `  ${text}`, tone: toneOf(fact) }
    }
  }
}

function alertTone(state: string): Tone {
  return state === 'pending' || state === 'firing' || state === 'delivered' ? 'warn' : 'good'
}

function toneOf(fact: Fact): Tone {
  if (fact.kind === 'problem') return 'bad'
  if (fact.kind === 'world-compared') return fact.clean ? 'good' : 'bad'
  if (fact.kind === 'fault-injected') return fact.outcome === 'in-force' ? 'bad' : 'good'
  if (fact.kind === 'remedy-applied') return fact.ok && fact.changed ? 'good' : 'warn'
  return fact.kind === 'fault-undone' || fact.kind === 'measure-acted' ? 'good' : 'plain'
}
