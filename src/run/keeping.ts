import { keepConfiguration } from '../deploy/index.ts'
import type { NewFact } from '../journal/index.ts'
import type { StackSpec } from '../scenario/index.ts'
import type { Scene } from '../stack/index.ts'

type Keeping = ReturnType<typeof keepConfiguration>

/** Has somebody watch over the proxy's configuration, where the plan asks for it or one of its measures needs it. */
export function keepWhereAsked(
  { watchConfiguration = false }: Pick<StackSpec, 'watchConfiguration'>,
  place: Pick<Scene, 'stack' | 'clock' | 'registerUndo' | 'measures'>,
  write: (fact: NewFact) => void,
): Keeping | undefined {
  const isMeasure = place.measures.has('config-monitoring') || place.measures.has('desired-state')
  if (!watchConfiguration && !isMeasure) return undefined
  return keepConfiguration({
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
