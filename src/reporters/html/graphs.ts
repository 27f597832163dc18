import { count, mebibytes, seconds } from '../../kit/figures.ts'
import type { Drawer, Picture } from '../charts/draw.ts'
import { lanesOf, lanesPicture } from '../charts/lanes.ts'
import { latencyPicture, memoryPicture, percentiles, ratePicture } from '../charts/panels.ts'
import { standingSentence } from '../narrative/clock.ts'
import { type Bucket, groupsIn, memorySeries } from '../narrative/series.ts'
import { faultSpans, outageSpan, shopAlerts } from '../narrative/spans.ts'
import { bandLegend, legendOf, lineLegend } from './legend.ts'
import { html, type Markup } from './markup.ts'
import type { Staged } from './overview.ts'
import { table } from './parts.ts'

/** All charts of a variant below each other on one time axis, each with its figures as a table. */
export function graphs({ variant, stage }: Staged, drawer: Drawer): Markup {
  const { backdrop, buckets, highest, endT } = stage
  const { facts } = variant.record
  const memory = memorySeries(facts)
  const parts = { faults: faultSpans(variant), outage: outageSpan(variant), alerts: shopAlerts(facts), endT }
  const lanes = lanesOf(parts)
  const figure = (title: string, picture: Picture, below: readonly (Markup | null)[]) =>
    html`<figure><h4>${title}</h4><div class="scroll" tabindex="0" role="region" aria-label="${`Chart: ${title}`}">
${drawer.draw(picture)}</div>${below}</figure>\n`
  const bucketWord = buckets[0] && buckets[0].lengthMs > 1_000 ? seconds(buckets[0].lengthMs / 1_000) : 'second'
  const each = bucketWord === 'second' ? 'each second' : `worst second of each ${bucketWord}`
  const { incidentMinuteMs } = variant.record.plan
  return html`<p class="muted small">The axis is the incident's clock; one minute of it took
${seconds(incidentMinuteMs / 1_000)} here. ${standingSentence(variant.record)}</p>
${figure('Fault, outage and alerts', lanesPicture(lanes, backdrop), [
  bandLegend({ isStarved: backdrop.starved.length > 0, stood: backdrop.clock.standing.length > 0 }),
])}
${figure(
  `Requests per second, users and pressure, by what became of them, each ${bucketWord}`,
  ratePicture(buckets, backdrop, highest),
  [legendOf(buckets), rateTable(buckets, stage)],
)}
${figure(`Latency of the users, from the moment a request was due, ${each}`, latencyPicture(buckets, backdrop), [
  lineLegend(percentiles),
  latencyTable(buckets, stage),
])}
${
  memory.length > 0
    ? figure('Memory of the containers', memoryPicture(memory, backdrop), [
        lineLegend(memory.map(({ service }) => service)),
        memoryTable(memory),
      ])
    : null
}`
}

function folded(title: string, body: Markup): Markup {
  return html`<details><summary>${title}</summary>${body}</details>`
}

function rateTable(buckets: readonly Bucket[], { backdrop }: Staged['stage']): Markup {
  const groups = groupsIn(buckets)
  const columns = [{ head: 'Clock' }, { head: 'Here', className: 'num' }]
  const rows = buckets.map((bucket) => [
    ...timeCells(bucket, backdrop),
    ...groups.map((group) => count(bucket.rates[group] ?? 0)),
  ])
  const heads = groups.map((head) => ({ head, className: 'num' }))
  return folded('These figures as a table', table('Requests per second', [...columns, ...heads], rows))
}

function latencyTable(buckets: readonly Bucket[], { backdrop }: Staged['stage']): Markup {
  const columns = [{ head: 'Clock' }, { head: 'Here', className: 'num' }]
  const rows = buckets.map((bucket) => [
    ...timeCells(bucket, backdrop),
    ...percentiles.map((name) => (bucket.latencyMs ? `${count(bucket.latencyMs[name])} ms` : '–')),
  ])
  const heads = percentiles.map((head) => ({ head, className: 'num' }))
  return folded('These figures as a table', table('Latency', [...columns, ...heads], rows))
}

function timeCells(bucket: Bucket, { clock }: Staged['stage']['backdrop']): string[] {
  return [clock.clockAt(bucket.fromT), `${clock.secondsAt(bucket.fromT).toFixed(1)} s`]
}

function memoryTable(memory: ReturnType<typeof memorySeries>): Markup {
  const columns = ['Container', 'At the start', 'Highest', 'At the end', 'Limit'].map((head, index) => ({
    head,
    className: index === 0 ? '' : 'num',
  }))
  const rows = memory.map(({ service, points, limitBytes }) => [
    service,
    mebibytes(points[0]?.bytes ?? 0),
    mebibytes(Math.max(0, ...points.map(({ bytes }) => bytes))),
    mebibytes(points.at(-1)?.bytes ?? 0),
    limitBytes === null ? 'none' : mebibytes(limitBytes),
  ])
  return folded('These figures as a table', table('Memory', columns, rows))
}
