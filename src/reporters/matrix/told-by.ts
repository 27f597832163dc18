import type { CellRow, TheirAlert } from '../../checks/index.ts'
import { showMs } from '../../kit/duration.ts'
import { counted } from '../../kit/figures.ts'

type Figures = NonNullable<CellRow['figures']>

/** What their own monitoring did about it, in sentences; empty: it was not asked, or nobody had to be told. */
export function theirWords({ theirs, alert, lastedMs }: Figures): string[] {
  if (!theirs) return []
  const { fired, before, rules } = theirs
  const told = fired.map(firedWords)
  const isTold = typeof alert === 'object' && alert !== null
  return [
    ...(isTold || fired.length === 0 ? told : told.map((text) => `No receiver was told: ${text}`)),
    ...(alert === 'could not fire' ? [shortWords(rules, lastedMs)] : []),
    ...(alert === 'no alert' && fired.length === 0 ? [noneWords(rules, lastedMs)] : []),
    ...(alert !== null && before.length > 0
      ? [`${before.join(', ')} fired or was pending before, and tells nothing of it.`]
      : []),
  ]
}

const ways = {
  silenced: 'was silenced',
  inhibited: 'was inhibited by another',
  suppressed: 'was kept back',
  unreached: 'did not reach its receiver',
  sent: 'was sent, and not taken yet',
  received: 'was held back when it was over',
  delivered: 'was delivered',
} as const

function firedWords({ alert, firedMs, toldMs, way, receivers }: TheirAlert): string {
  const fired = `their ${alert} fired after ${showMs(firedMs)}`
  const to = receivers.length > 0 ? ` to ${receivers.join(', ')}` : ''
  const whom = to === '' ? '' : ` (${to.trim()})`
  if (toldMs === null) return `${fired}, and ${way === null ? 'their Alertmanager has not had it' : ways[way] + whom}.`
  if (way === null) return `${fired}; whom it reached is not known.`
  if (way === 'delivered') return `${fired}, delivered${to} after ${showMs(toldMs)}.`
  return `${fired}, sent${to} after ${showMs(toldMs)}; no receiver took it (nothing leaves this copy).`
}

function shortWords({ all, quickestMs }: Rules, lastedMs: number): string {
  if (quickestMs === null) return 'None of their rules has anything to look at, so none could fire.'
  const hold = `--hold ${Math.ceil(quickestMs / 1_000)}s would do`
  return `None of ${counted(all, 'rule')} of theirs could fire in ${showMs(lastedMs)}: ${hold}.`
}

const noneWords = ({ could, all }: Rules, lastedMs: number) =>
  `No alert came: ${could} of ${counted(all, 'rule')} of theirs could have fired in ${showMs(lastedMs)}, and none did.`

type Rules = NonNullable<Figures['theirs']>['rules']
