import { clockText } from '../../kit/clock-time.ts'
import type { IncidentClock } from '../tale/clock.ts'
import type { Span } from '../tale/spans.ts'
import { faultFill, starvedFill } from './palette.ts'

/** The time that a chart shows, in minutes after midnight on the incident's clock. */
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
  /** Steps of the story: when, and what is written on the mark. */
  readonly marks: readonly { readonly minute: number; readonly text: string }[]
}

const ink = { color: 'var(--c-muted)', fontSize: 12 }
const grid = { lineStyle: { color: 'var(--c-line)' } }

export function timeAxis(range: TimeRange) {
  const step = tickMinutes(range.to - range.from)
  const first = Math.ceil(range.from / step)
  const customValues = Array.from({ length: Math.floor(range.to / step) - first + 1 }, (_, k) => (first + k) * step)
  return {
    type: 'value',
    min: range.from,
    max: range.to,
    axisLine: { lineStyle: { color: 'var(--c-muted)' } },
    axisTick: { ...grid, customValues },
    axisLabel: { ...ink, formatter: clockText, customValues },
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

/** Round steps that give some ten ticks. */
function tickMinutes(minutes: number): number {
  return [1, 2, 5, 10, 15, 30, 60, 120, 240].find((step) => minutes / step <= 12) ?? 480
}

/** A series without data of its own that carries the bands and the marks. */
export function backdropSeries({ clock, faults, outage, starved, marks }: Backdrop) {
  const band = (span: Span, itemStyle: object) => [
    { xAxis: clock.minuteAt(span.fromT), itemStyle },
    { xAxis: clock.minuteAt(span.toT) },
  ]
  const bands = [
    ...(outage ? [band(outage, { color: 'var(--c-outage)', opacity: 1 })] : []),
    ...faults.map((span) => band(span, { color: faultFill, opacity: 0.28 })),
    ...starved.map((span) => band(span, { color: starvedFill, opacity: 0.5 })),
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
      data: marks.map(({ minute, text }) => ({ xAxis: minute, name: text })),
    },
  }
}

/** Where outage and faults begin and end, over what is drawn: a filled area hides the bands. */
export function edgeSeries({ clock, faults, outage }: Backdrop) {
  const edges = (span: Span, lineStyle: object) =>
    [span.fromT, span.toT].map((t) => ({ xAxis: clock.minuteAt(t), lineStyle }))
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
export function marksOf(steps: readonly { minute: number; number: number }[], range: TimeRange): Backdrop['marks'] {
  const closest = (range.to - range.from) / 60
  const marks: { minute: number; text: string; last: number }[] = []
  for (const { minute, number } of steps) {
    const before = marks.at(-1)
    if (before && minute - before.last < closest) {
      before.text = `${before.text} ${number}`
      before.last = minute
    } else marks.push({ minute, text: String(number), last: minute })
  }
  return marks.map(({ minute, text }) => ({ minute, text }))
}
