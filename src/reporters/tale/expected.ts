import type { PlannedStep } from '../../journal/index.ts'
import { showMs } from '../../kit/duration.ts'
import type { Json } from '../../kit/json.ts'
import { ownOf } from '../../kit/own.ts'

const faultEnds: Record<string, string> = {
  'in-force': 'takes hold',
  rejected: 'is rejected before any user sees it',
  'rolled-back': 'is rolled back by itself',
  'kept-off': 'is kept off the traffic',
}
const remedyEnds: Record<string, string> = {
  cures: 'cures it',
  'no effect': 'changes nothing',
  fails: 'fails',
  'makes worse': 'makes it worse',
  'heals by itself': 'is not needed: service heals by itself',
  prevents: 'comes while nothing is wrong, and nothing is wrong after it',
  measured: 'is measured only',
}

/** What the story expects of a step, in words; empty when it expects nothing. */
export function expectedOf(step: PlannedStep): string {
  const { detail } = step
  if (step.does === 'fault') return endOf(faultEnds, text(detail['becomes']) || 'in-force')
  if (step.does === 'look') return text(detail['finds']) && `finds: ${text(detail['finds'])}`
  if (step.does === 'remedy') return remedyBy(detail)
  if (step.does === 'recovered') return recoveredBy(detail)
  return step.does === 'alert' ? alertBy(detail) : ''
}

function remedyBy(detail: PlannedStep['detail']): string {
  const end = endOf(remedyEnds, text(detail['expect']) || 'cures')
  const says = text(detail['says'])
  return says === '' ? end : `${end}, and says '${says}'`
}

const endOf = (ends: Record<string, string>, name: string) => ownOf(ends, name) ?? name

function alertBy(detail: PlannedStep['detail']): string {
  const limits = [
    limit('fires', detail['firesWithin']),
    limit('is delivered', detail['deliveredWithin']),
    limit('is resolved', detail['resolvesWithin']),
  ]
  return `${text(detail['alert'])} ${limits.filter((one) => one !== '').join(', ') || 'fires'}`
}

function recoveredBy(detail: PlannedStep['detail']): string {
  const inner = detail['recovered']
  const { within, hold } = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : detail
  const holding = typeof hold === 'number' ? `, and holding for ${showMs(hold)}` : ''
  return `${limit('served again', within) || 'served again'}${holding}`
}

function limit(what: string, ms: Json | undefined): string {
  return typeof ms === 'number' ? `${what} within ${showMs(ms)}` : ''
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
