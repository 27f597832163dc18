import { type AlertInstance, watchdog } from '../../checks/index.ts'
import { alertStates, factsOf, incidentClockOf } from '../../journal/index.ts'
import { count } from '../../kit/figures.ts'
import { deadRulesSentence } from '../narrative/dead-rules.ts'
import { labelText, shopAlerts } from '../narrative/spans.ts'
import type { ReportedVariant } from '../reporter.ts'
import { html, type Markup } from './markup.ts'
import { wordTable } from './parts.ts'

/** Every alert with the time that Prometheus or Alertmanager gives and the time we saw it. */
export function alertSection(variant: ReportedVariant): Markup {
  const { facts } = variant.record
  const alerts = shopAlerts(facts)
  const dead = deadRulesSentence(variant.verdict)
  const clock = incidentClockOf(variant.record.facts, variant.record.plan)
  const cell = ({ changes }: AlertInstance, state: (typeof alertStates)[number]) => {
    const found = changes.filter((change) => change.state === state)
    if (found.length === 0) return '–'
    const said = found.map(({ seenT, promAt, receiver }) => {
      const own = promAt === null ? 'no own time' : `own ${promAt.slice(11, 23)}`
      const to = receiver ? `, to ${receiver}` : ''
      const here = clock.secondsAt(seenT).toFixed(1)
      return html`<p>${clock.clockAt(seenT)} <span class="muted small">${here} s; ${own}${to}</span></p>`
    })
    return html`${said}`
  }
  const heads = ['Alert', 'Pending', 'Firing', 'Delivered', 'Resolved', 'Resolve delivered']
  const rows = alerts.map((one) => [
    html`<b>${one.alert}</b><br><span class="small">${one.changes[0].summary}</span><br><code>${labelText(one)}</code>`,
    ...alertStates.map((state) => cell(one, state)),
  ])
  return html`${
    alerts.length > 0
      ? wordTable(
          "Seen: the incident's clock and seconds here. Own: UTC of Prometheus or Alertmanager.",
          heads.map((head, index) => ({ head, plain: index === 0 })),
          rows,
        )
      : html`<p>No alert about the stack was pending or firing.</p>`
  }<p>${chainSentence(variant)}</p>${dead === '' ? '' : html`<p>${dead}</p>`}`
}

/** Was the chain from Prometheus to the receiver alive all the time? */
function chainSentence({ record }: ReportedVariant): string {
  const samples = factsOf(record.facts, 'monitor-sample')
  if (samples.length === 0) return 'The state of the monitoring was not observed.'
  const dead = samples.filter(({ alive }) => !alive)
  const ages = samples.flatMap(({ watchdogAgeMs }) => (watchdogAgeMs === null ? [] : [watchdogAgeMs]))
  const age = ages.length > 0 ? `, never older than ${(Math.max(...ages) / 1_000).toFixed(1)} s` : ''
  const found = `${count(samples.length - dead.length)} of ${count(samples.length)} looks found it${age}`
  const said = `${watchdog}, which always fires, proves the chain alive: ${found}.`
  const [first] = dead
  return first ? `${said} First failure: ${first.because}` : said
}
