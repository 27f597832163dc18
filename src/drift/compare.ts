import type { CellRow } from '../checks/index.ts'
import { showMs } from '../kit/duration.ts'
import { percent } from '../kit/figures.ts'
import { type Band, middle } from './band.ts'
import { type Compared, comparedOf, type Entry, figuresOf } from './entry.ts'

export type Direction = 'worse' | 'better' | 'other'

/** One figure that is no longer what it was. */
export interface Change {
  readonly figure: string
  readonly direction: Direction
  /** In words. */
  readonly was: string
  readonly is: string
}

/** What has changed since; undefined: no play of it could tell. Of several plays the one in the middle counts. */
export function changesOf(was: Entry, plays: readonly CellRow[]): Change[] | undefined {
  const all = figuresOf(plays).map(comparedOf)
  if (all.length === 0) return undefined
  const failed = inBand('failed', was.failed, middle(all.map((one) => one.failed)), percent)
  const twice = inBand('writes done twice', was.twice, known(all, 'twice'), percent)
  // Who is answered late was not answered at all before, and fewer failures need not make an alert fire: no loss.
  const fewer = failed?.direction === 'better'
  const softened = [alertChange(was, all), ...timeChanges(was, all)].map((one) => {
    return one && fewer && one.direction === 'worse' ? { ...one, direction: 'other' as const } : one
  })
  return [failed, twice, endChange(was, all), goodAgainChange(was, all), ...softened].flatMap((one) => one ?? [])
}

const known = (all: readonly Compared[], name: 'twice' | 'goodAgainMs' | 'alertMs' | 'p95Ms') =>
  middle(all.flatMap((one) => one[name] ?? []))

function inBand(
  figure: string,
  band: Band | null,
  value: number | undefined,
  words: (value: number) => string,
): Change | undefined {
  if (!band || value === undefined || (value >= band[0] && value <= band[1])) return undefined
  const [from, to] = band.map(words)
  return { figure, direction: value > band[1] ? 'worse' : 'better', was: `${from} to ${to}`, is: words(value) }
}

const lasting = 'not at all'

/** Did what never ended end now, or the other way round? */
function endChange(was: Entry, all: readonly Compared[]): Change | undefined {
  const isNow = moreThanHalf(all, ({ ended }) => ended === lasting)
  const isNew = isNow && !was.ended.includes(lasting)
  const isOver = !all.some(({ ended }) => ended === lasting) && was.ended.length === 1 && was.ended[0] === lasting
  if (!isNew && !isOver) return undefined
  const is = isNow ? 'on and on' : (all[0]?.ended ?? 'no user was failed')
  return {
    figure: 'ended',
    direction: isNew ? 'worse' : 'better',
    was: was.ended.join(', ') || 'no user was failed',
    is,
  }
}

/** Whoever was not failed at all before had nothing to wait for. */
function goodAgainChange({ goodAgainMs }: Entry, all: readonly Compared[]): Change | undefined {
  return inBand('users failed after its end for', goodAgainMs, known(all, 'goodAgainMs'), showMs)
}

const silence = ['no alert', 'could not fire', 'not watched']

function alertChange(was: Entry, all: readonly Compared[]): Change | undefined {
  const names = all.flatMap(({ alert }) => alert ?? [])
  const is = [...new Set(names)].sort().join(', ')
  const figure = 'told by'
  const isSilent = moreThanHalf(all, ({ alert }) => alert !== null && silence.includes(alert))
  const wasSilent = was.alerts.some((one) => silence.includes(one))
  const wasTold = was.alerts.some((one) => !silence.includes(one))
  const change = (direction: Direction) => ({ figure, direction, was: was.alerts.join(', '), is })
  if (isSilent) return wasTold && !wasSilent ? change('worse') : undefined
  if (names.length === 0 || was.alerts.length === 0) return undefined
  if (wasSilent && !wasTold) return names.some((name) => !silence.includes(name)) ? change('better') : undefined
  return names.some((name) => was.alerts.includes(name)) ? undefined : change('other')
}

function timeChanges({ alertMs, p95Ms }: Entry, all: readonly Compared[]): (Change | undefined)[] {
  return [
    inBand('told after', alertMs, known(all, 'alertMs'), showMs),
    inBand('p95', p95Ms, known(all, 'p95Ms'), showMs),
  ]
}

const moreThanHalf = (all: readonly Compared[], is: (one: Compared) => boolean) =>
  all.filter(is).length * 2 > all.length
