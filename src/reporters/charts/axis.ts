import type { IncidentClock } from '../../journal/index.ts'
import { clockText } from '../../kit/clock-time.ts'
import type { Span } from '../narrative/spans.ts'
import { faultFill, standingFill, starvedFill } from './palette.ts'

/** The time that a chart shows, in seconds here since the story began: what the axis says is the incident's clock. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

/** What lies over every chart of a variant. */
export interface Backdrop {
  readonly clock: IncidentClock
  readonly range: TimeRange
  readonly faults: readonly Span[]
  readonly outage: Span | undefined
  /** When the machine had no room. */
  readonly starved: readonly Span[]
  /** Steps of the story: when, in the range's seconds, and what is written on the mark. */
  readonly marks: readonly { readonly at: number; readonly text: string }[]
}

const ink = { color: 'var(--c-muted)', fontSize: 12 }
const grid = { lineStyle: { color: 'var(--c-line)' } }

/** Ticks at round minutes of the incident: where its clock stood, two of them lie further apart. */
export function timeAxis({ clock, range }: Pick<Backdrop, 'clock' | 'range'>) {
  const beganT = -clock.secondsAt(0) * 1_000
  const minuteOf = (seconds: number) => clock.minuteAt(beganT + seconds * 1_000)
  const step = tickMinutes(minuteOf(range.to) - minuteOf(range.from))
  const first = Math.ceil(minuteOf(range.from) / step)
  const minutes = Array.from(
    { length: Math.floor(minuteOf(range.to) / step) - first + 1 },
    (_, k) => (first + k) * step,
  )
  const ticks = minutes.map((minute) => ({ minute, at: clock.secondsAt(clock.tAt(minute)) }))
  const customValues = ticks.map(({ at }) => at)
  const nearest = (value: number) => ticks.toSorted((a, b) => Math.abs(a.at - value) - Math.abs(b.at - value))[0]
  return {
    type: 'value',
    min: range.from,
    max: range.to,
    axisLine: { lineStyle: { color: 'var(--c-muted)' } },
    axisTick: { ...grid, customValues },
    axisLabel: { ...ink, formatter: (value: number) => clockText(nearest(value)?.minute ?? 0), customValues },
    splitLine: { show: false },
  }
}

export function valueAxis(more: Record<string, unknown>) {
  return {
    type: 'value',
    axisLabel: { ...ink, ...(more['axisLabel'] as object | undefined) },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: grid,
    ...Object.fromEntries(Object.entries(more).filter(([name]) => name !== 'axisLabel')),
  }
}

const mostTicks = 12

/** Round steps that give some ten ticks: of a record that somebody sent, however long it says that it took. */
function tickMinutes(minutes: number): number {
  const round = [1, 2, 5, 10, 15, 30, 60, 120, 240].find((step) => minutes / step <= mostTicks)
  return round ?? 480 * 2 ** Math.max(0, Math.ceil(Math.log2(minutes / mostTicks / 480)))
}

/** A series without data of its own that carries the bands and the marks. */
export function backdropSeries({ clock, faults, outage, starved, marks }: Backdrop) {
  const band = (span: Span, itemStyle: object) => [
    { xAxis: clock.secondsAt(span.fromT), itemStyle },
    { xAxis: clock.secondsAt(span.toT) },
  ]
  const bands = [
    ...(outage ? [band(outage, { color: 'var(--c-outage)', opacity: 1 })] : []),
    ...faults.map((span) => band(span, { color: faultFill, opacity: 0.28 })),
    ...starved.map((span) => band(span, { color: starvedFill, opacity: 0.5 })),
    ...clock.standing.map((span) => band(span, { color: standingFill, opacity: 0.45 })),
  ]
  return {
    type: 'line',
    silent: true,
    data: [],
    z: 0,
    markArea: { silent: true, label: { show: false }, data: bands },
    markLine: {
      silent: true,
      symbol: 'none',
      animation: false,
      lineStyle: { color: 'var(--c-muted)', type: [2, 3], width: 1 },
      label: { show: true, position: 'end', color: 'var(--c-ink)', fontSize: 11, textBorderWidth: 0, formatter: '{b}' },
      data: marks.map(({ at, text }) => ({ xAxis: at, name: text })),
    },
  }
}

/** Where outage and faults begin and end, over what is drawn: a filled area hides the bands. */
export function edgeSeries({ clock, faults, outage }: Backdrop) {
  const edges = (span: Span, lineStyle: object) =>
    [span.fromT, span.toT].map((t) => ({ xAxis: clock.secondsAt(t), lineStyle }))
  return {
    type: 'line',
    silent: true,
    data: [],
    z: 9,
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      data: [
        ...faults.flatMap((span) => edges(span, { color: 'var(--c-fault)', type: [4, 3], width: 1.2 })),
        ...(outage ? edges(outage, { color: 'var(--c-ink)', type: 'solid', width: 1.2 }) : []),
      ],
    },
  }
}

/** Marks that would lie on each other, as one: `1 2`. */
export function marksOf(steps: readonly { at: number; number: number }[], range: TimeRange): Backdrop['marks'] {
  const closest = (range.to - range.from) / 60
  const marks: { at: number; text: string; last: number }[] = []
  for (const { at, number } of steps) {
    const before = marks.at(-1)
    if (before && at - before.last < closest) {
      before.text = `${before.text} ${number}`
      before.last = at
    } else marks.push({ at, text: String(number), last: at })
  }
  return marks.map(({ at, text }) => ({ at, text }))
}
