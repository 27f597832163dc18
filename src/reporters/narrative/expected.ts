import type { PlannedStep } from '../../journal/index.ts'
import { showMs } from '../../kit/duration.ts'
import type { FaultOutcome, RemedyEffect } from '../../kit/outcomes.ts'

const faultEnds: Record<FaultOutcome, string> = {
  'in-force': 'takes hold',
  rejected: 'is rejected before any user sees it',
  'rolled-back': 'is rolled back by itself',
  'kept-off': 'is kept off the traffic',
}
const remedyEnds: Record<RemedyEffect, string> = {
  cures: 'cures it',
  'no effect': 'changes nothing',
  fails: 'fails',
  'makes worse': 'makes it worse',
  'heals by itself': 'is not needed: service recovers on its own',
  prevents: 'comes while nothing is wrong, and nothing is wrong after it',
  measured: 'is measured only',
}

/** What the story expects of a step, in words; empty when it expects nothing. */
export function expectedOf({ does, detail }: PlannedStep): string {
  switch (does) {
    case 'fault':
      return faultEnds[detail.becomes ?? 'in-force']
    case 'alert':
      return `${detail.alert} ${limitsOf(detail) || 'fires'}`
    case 'look':
      return detail.finds === undefined ? '' : `finds: ${detail.finds}`
    case 'remedy':
      return `${remedyEnds[detail.expect ?? 'cures']}${detail.says === undefined ? '' : `, and says '${detail.says}'`}`
    case 'note':
      return ''
    case 'recovered':
      return `served again within ${showMs(detail.recovered.within)}, and holding for ${showMs(detail.recovered.hold)}`
  }
}

type Limits = Extract<PlannedStep, { does: 'alert' }>['detail']

function limitsOf({ firesWithin, deliveredWithin, resolvesWithin }: Limits): string {
  const limits = [
    ...(firesWithin === undefined ? [] : [`fires within ${showMs(firesWithin)}`]),
    ...(deliveredWithin === undefined ? [] : [`is delivered within ${showMs(deliveredWithin)}`]),
    ...(resolvesWithin === undefined ? [] : [`is resolved within ${showMs(resolvesWithin)}`]),
  ]
  return limits.join(', ')
}
