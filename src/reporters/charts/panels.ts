import { count, percent } from '../../kit/figures.ts'
import { inert } from '../../kit/inert.ts'
import { type Bucket, groupsIn, type MemorySeries, totalRate } from '../narrative/series.ts'
import { type Backdrop, backdropSeries, edgeSeries, timeAxis, valueAxis } from './axis.ts'
import { type Picture, plotLeft, plotRight } from './draw.ts'
import { fillOf, type Look, lineLooks, outcomeLooks } from './palette.ts'

const frame = { left: plotLeft, right: plotRight, top: 24, bottom: 28, outerBoundsMode: 'none' }
const plain: Look = { colour: '--c-grey' }
const mib = 1_048_576

/** The same without marks, low: for laying variants below each other. */
export function stripPicture(buckets: readonly Bucket[], backdrop: Backdrop, highest: number): Picture {
  const { option, label } = ratePicture(buckets, { ...backdrop, marks: [] }, highest)
  const grid = { ...frame, top: 6 }
  const yAxis = valueAxis({ min: 0, max: niceAbove(highest), splitNumber: 2 })
  return { height: 96, label, option: { ...option, grid, yAxis } }
}

/** Requests per second by what became of them, stacked. */
export function ratePicture(buckets: readonly Bucket[], backdrop: Backdrop, highest: number): Picture {
  const groups = groupsIn(buckets)
  const end = buckets.at(-1)
  const series = groups.map((group) => {
    const points = buckets.map((bucket) => [backdrop.clock.secondsAt(bucket.fromT), bucket.rates[group] ?? 0])
    if (end) points.push([backdrop.clock.secondsAt(end.fromT + end.lengthMs), end.rates[group] ?? 0])
    const look = outcomeLooks[group] ?? plain
    return {
      type: 'line',
      stack: 'all',
      step: 'end',
      symbol: 'none',
      silent: true,
      data: points,
      lineStyle: { width: 0 },
      areaStyle: { color: fillOf(look), opacity: 1 },
    }
  })
  const sum = buckets.reduce((all, bucket) => all + totalRate(bucket), 0)
  const shares = groups.map((group) => {
    const part = buckets.reduce((all, bucket) => all + (bucket.rates[group] ?? 0), 0)
    return `${group} ${percent(part / Math.max(1, sum))}`
  })
  return {
    height: 230,
    label: `Requests per second by what became of them, highest ${count(highest)} per second: ${shares.join(', ')}`,
    option: {
      grid: frame,
      xAxis: timeAxis(backdrop),
      yAxis: valueAxis({ min: 0, max: niceAbove(highest) }),
      series: [backdropSeries(backdrop), ...series, edgeSeries(backdrop)],
    },
  }
}

export const percentiles = ['p50', 'p90', 'p99'] as const

/** The users' latency, logarithmic. */
export function latencyPicture(buckets: readonly Bucket[], backdrop: Backdrop): Picture {
  const values = buckets.flatMap(({ latencyMs }) => (latencyMs ? [latencyMs.p50, latencyMs.p99] : []))
  const highest = Math.max(10, ...values)
  const series = percentiles.map((name, index) => {
    const look = lineLooks[index] ?? { colour: '--c-grey', dash: [] }
    return {
      type: 'line',
      symbol: 'none',
      silent: true,
      connectNulls: false,
      data: buckets.map(({ fromT, lengthMs, latencyMs }) => {
        const at = backdrop.clock.secondsAt(fromT + lengthMs / 2)
        return [at, latencyMs ? Math.max(1, latencyMs[name]) : null]
      }),
      lineStyle: { width: 1.8, color: `var(${look.colour})`, type: look.dash.length > 0 ? look.dash : 'solid' },
    }
  })
  return {
    height: 210,
    label: `Latency of the users' requests in milliseconds, logarithmic: p50, p90, p99; highest ${count(highest)} ms`,
    option: {
      grid: frame,
      xAxis: timeAxis(backdrop),
      yAxis: valueAxis({
        type: 'log',
        min: 1,
        max: 10 ** Math.ceil(Math.log10(highest)),
        axisLabel: { formatter: (value: number) => `${count(value)} ms` },
      }),
      series: [backdropSeries(backdrop), ...series, edgeSeries(backdrop)],
    },
  }
}

/** Every container's memory, logarithmic, with the limits that are near enough to matter. */
export function memoryPicture(memory: readonly MemorySeries[], backdrop: Backdrop): Picture {
  const highest = Math.max(mib, ...memory.flatMap(({ points }) => points.map(({ bytes }) => bytes)))
  const lowest = Math.min(highest, ...memory.flatMap(({ points }) => points.map(({ bytes }) => bytes)))
  const limits = nearLimits(memory, highest)
  const top = Math.max(highest, ...limits.map(({ bytes }) => bytes)) / mib
  const series = memory.map(({ points }, index) => {
    const look = lineLooks[index % lineLooks.length] ?? { colour: '--c-grey', dash: [] }
    return {
      type: 'line',
      symbol: 'none',
      silent: true,
      data: points.map(({ t, bytes }) => [backdrop.clock.secondsAt(t), Math.max(1, bytes / mib)]),
      lineStyle: { width: 1.8, color: `var(${look.colour})`, type: look.dash.length > 0 ? look.dash : 'solid' },
    }
  })
  return {
    height: 230,
    label: `Memory of ${memory.length} containers in MiB, logarithmic; highest ${count(highest / mib)} MiB`,
    option: {
      grid: frame,
      xAxis: timeAxis(backdrop),
      yAxis: valueAxis({
        type: 'log',
        logBase: 2,
        min: 2 ** Math.floor(Math.log2(Math.max(mib, lowest) / mib)),
        max: 2 ** Math.ceil(Math.log2(top * 1.05)),
        axisLabel: { formatter: (value: number) => `${count(value)} MiB` },
      }),
      series: [backdropSeries(backdrop), ...series, limitSeries(limits), edgeSeries(backdrop)],
    },
  }
}

/** A line each at the limits there are, saying whose they are. */
function limitSeries(limits: readonly { bytes: number; services: string[] }[]) {
  const data = limits.map(({ bytes, services }) => ({
    yAxis: bytes / mib,
    name: inert(`limit ${count(bytes / mib)} MiB: ${services.join(', ')}`, 90),
  }))
  return {
    type: 'line',
    silent: true,
    data: [],
    markLine: {
      silent: true,
      symbol: 'none',
      lineStyle: { color: 'var(--c-ink)', type: [10, 4], width: 1.2 },
      label: { position: 'insideStartTop', color: 'var(--c-ink)', fontSize: 11, textBorderWidth: 0, formatter: '{b}' },
      data,
    },
  }
}

/** A limit this many times above the highest use says nothing, and would squash everything that does. */
const nearTimes = 10

/** Limits with their services, those near enough to matter; the lowest one when none is. */
function nearLimits(memory: readonly MemorySeries[], highest: number): { bytes: number; services: string[] }[] {
  const limits = new Map<number, string[]>()
  for (const { service, limitBytes } of memory) {
    if (limitBytes !== null) limits.set(limitBytes, [...(limits.get(limitBytes) ?? []), service])
  }
  const all = [...limits].map(([bytes, services]) => ({ bytes, services })).sort((a, b) => a.bytes - b.bytes)
  const near = all.filter(({ bytes }) => bytes <= highest * nearTimes)
  return near.length > 0 ? near : all.slice(0, 1)
}

/** The next round number above, so that the axis ends on a line. */
export function niceAbove(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, value)))
  const factor = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((one) => one * unit >= value) ?? 10
  return factor * unit
}
