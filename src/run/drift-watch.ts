import { watchDrift } from '../deploy/index.ts'
import type { NewFact } from '../journal/index.ts'
import type { StackSpec } from '../scenario/index.ts'
import type { Scene } from '../stack/index.ts'

type DriftWatch = ReturnType<typeof watchDrift>

/** Watches the proxy's configuration for drift, where the plan asks for it or one of its measures needs it. */
export function watchDriftWhereAsked(
  { watchConfiguration = false }: Pick<StackSpec, 'watchConfiguration'>,
  place: Pick<Scene, 'stack' | 'clock' | 'registerUndo' | 'measures'>,
  write: (fact: NewFact) => void,
): DriftWatch | undefined {
  const isMeasure = place.measures.has('config-monitoring') || place.measures.has('desired-state')
  if (!watchConfiguration && !isMeasure) return undefined
  return watchDrift({
    place,
    onAct: (act) => write({ kind: 'measure-acted', ...act }),
    onBlind: ({ code, message }) => {
      const hint = 'Alerts and measures on it cannot be judged.'
      write({
        kind: 'problem',
        code,
        message: `The proxy's configuration is not watched: ${message}`,
        hint,
        whose: 'harness',
      })
    },
  })
}
