import type { AlertInstance } from '../../checks/index.ts'
import { inert } from '../../kit/inert.ts'
import { alertSpans, type FaultSpan, type Span } from '../narrative/spans.ts'
import { shortened } from '../words/width.ts'
import { type Backdrop, backdropSeries, timeAxis } from './axis.ts'
import { type Picture, plotLeft, plotRight } from './draw.ts'
import { faultFill, pendingFill } from './palette.ts'

/** A row of the picture: bars on one line, and signs for what has no length. */
export interface Lane {
  readonly name: string
  readonly bars: readonly { readonly span: Span; readonly fill: string; readonly edge: string }[]
  /** Moments, monotonic ms: deliveries. */
  readonly signs: readonly number[]
}

const laneHeight = 22

export function lanesOf(parts: {
  faults: readonly FaultSpan[]
  outage: Span | undefined
  alerts: readonly AlertInstance[]
  endT: number
}): Lane[] {
  const { faults, outage, alerts, endT } = parts
  const fault = { fill: faultFill, edge: 'var(--c-fault)' }
  const lanes: Lane[] = [...new Set(faults.map((one) => one.fault))].map((name) => ({
    name: `Fault: ${name}`,
    bars: faults.filter((one) => one.fault === name).map((span) => ({ span, ...fault })),
    signs: [],
  }))
  if (outage) {
    const bar = { span: outage, fill: 'var(--c-vermillion)', edge: 'var(--c-vermillion)' }
    lanes.push({ name: 'Outage', bars: [bar], signs: [] })
  }
  for (const name of new Set(alerts.map(({ alert }) => alert))) {
    const instances = alerts.filter(({ alert }) => alert === name)
    const spans = instances.map((one) => alertSpans(one, endT))
    const [pending, firing] = [spans.flatMap((one) => one.pending), spans.flatMap((one) => one.firing)]
    const delivered = instances.flatMap(({ changes }) => changes.filter(({ state }) => state === 'delivered'))
    lanes.push({
      name,
      bars: [
        ...pending.map((span) => ({ span, fill: pendingFill, edge: 'var(--c-orange)' })),
        ...firing.map((span) => ({ span, fill: 'var(--c-orange)', edge: 'var(--c-orange)' })),
      ],
      signs: delivered.map(({ seenT }) => seenT),
    })
  }
  return lanes
}

/** What was going on: fault, outage and every alert as bars on the time axis that all charts share. */
export function lanesPicture(downwards: readonly Lane[], backdrop: Backdrop): Picture {
  const lanes = downwards.toReversed()
  const { clock, range } = backdrop
  const said = downwards.map(({ name }) => inert(name, 60)).join(', ')
  const names = lanes.map(({ name }) => shortened(inert(name), 28))
  const bars = lanes.flatMap((lane, row) => lane.bars.map((bar) => ({ row, ...bar })))
  const signs = lanes.flatMap((lane, row) => lane.signs.map((t) => ({ row, t })))
  const bounded = (t: number) => Math.min(range.to, Math.max(range.from, clock.secondsAt(t)))
  return {
    height: 24 + 28 + Math.max(1, lanes.length) * laneHeight,
    label: `When fault, outage and alerts were: ${said || 'there was none'}`,
    option: {
      grid: { left: plotLeft, right: plotRight, top: 24, bottom: 28, outerBoundsMode: 'none' },
      xAxis: timeAxis(backdrop),
      yAxis: {
        type: 'category',
        data: names,
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { color: 'var(--c-ink)', fontSize: 12, interval: 0 },
      },
      series: [
        backdropSeries({ ...backdrop, outage: undefined, faults: [] }),
        custom(
          bars.map(({ row, span }) => [row, bounded(span.fromT), bounded(span.toT)]),
          (index, at) => {
            const [x = 0, y = 0] = at.start
            const width = Math.max(2, (at.end[0] ?? 0) - x)
            const shape = { x, y: y - 7, width, height: 14 }
            return { type: 'rect', shape, style: { fill: bars[index]?.fill, stroke: bars[index]?.edge, lineWidth: 1 } }
          },
        ),
        custom(
          signs.map(({ row, t }) => [row, bounded(t), bounded(t)]),
          (_, { start: [x = 0, y = 0] }) => {
            const points = [
              [x, y - 7],
              [x + 6, y],
              [x, y + 7],
              [x - 6, y],
            ]
            const style = { fill: 'var(--c-ink)', stroke: 'var(--c-paper)', lineWidth: 1.5 }
            return { type: 'polygon', shape: { points }, style }
          },
        ),
      ],
    },
  }
}

interface Api {
  value(dimension: number): number
  coord(point: [number, number]): number[]
}

function custom(data: number[][], shape: (index: number, at: { start: number[]; end: number[] }) => object) {
  return {
    type: 'custom',
    silent: true,
    data: data.map(([row = 0, from = 0, to = 0]) => [from, row, to]),
    encode: { x: [0, 2], y: 1 },
    renderItem: ({ dataIndex }: { dataIndex: number }, api: Api) => {
      const row = api.value(1)
      return shape(dataIndex, { start: api.coord([api.value(0), row]), end: api.coord([api.value(2), row]) })
    },
  }
}
