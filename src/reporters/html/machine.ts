import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'
import { count, seconds } from '../../kit/figures.ts'
import { inert, inertJson } from '../../kit/inert.ts'
import type { Evidence, Json } from '../../kit/json.ts'
import { overheadSentence, roomSentence } from '../narrative/machine.ts'
import { repeatCommand } from '../narrative/repeat.ts'
import { sentenceOf } from '../narrative/sentences.ts'
import type { ReportedVariant } from '../reporter.ts'
import { html, type Markup } from './markup.ts'
import { factNumbers, table, wordTable } from './parts.ts'

/** What was changed, and whether all of it was taken back. */
export function undoSection({ record, verdict }: ReportedVariant): Markup {
  const promised = factsOf(record.facts, 'undo-promised')
  const done = factsOf(record.facts, 'undo-done')
  const kept = new Set(done.flatMap(({ id, ok }) => (ok ? [id] : [])))
  const open = promised.filter(({ id }) => !kept.has(id))
  const compared = factsOf(record.facts, 'world-compared').at(-1)
  const by = [...new Set(done.map((fact) => fact.by))].join(', ') || 'none'
  const openOnes = open.map(
    ({ why, undo, n }) => html`<li>${why}: <code>${undo.verb}</code> (fact ${factNumbers([n])})</li>`,
  )
  return html`<p>${count(promised.length)} undos were registered before anything was changed,
${count(kept.size)} of them done, by: ${by}.
${verdict.clean ? 'The end is proven clean.' : html`<b>The end is NOT proven clean.</b>`}</p>
${open.length > 0 ? html`<p><b>Still open:</b></p><ul>${openOnes}</ul>` : null}
<p>${compared ? sentenceOf(compared) : 'The state afterwards was never compared with the state before.'}</p>`
}

/** What went wrong that is not the shop's own story. */
export function problemSection(facts: readonly Fact[]): Markup | null {
  const problems = factsOf(facts, 'problem')
  if (problems.length === 0) return null
  const columns = ['Whose', 'What', 'What to do'].map((head) => ({ head, plain: head === 'What' }))
  const rows = problems.map(({ whose, code, message, hint }) => [whose, html`<code>${code}</code> ${message}`, hint])
  return html`<h3>Problems</h3>${wordTable('Problems of the run itself', columns, rows)}`
}

/** Where it ran, how long it took, and how to do it again. */
export function machineSection(variant: ReportedVariant): Markup {
  const { record } = variant
  const started = factsOf(record.facts, 'run-started')[0]
  const ready = factsOf(record.facts, 'stack-ready')[0]
  const ended = factsOf(record.facts, 'run-ended').at(-1)
  const took = ended
    ? `The run ended as ${ended.reason} (by ${ended.by}) after ${seconds(ended.wallMs / 1_000)}; ` +
      `the story took ${seconds(ended.storyMs / 1_000)} of it.`
    : 'The run never ended: its journal stops.'
  const columns = ['Service', 'Image', 'Address', 'Container'].map((head) => ({ head }))
  const services = (ready?.services ?? []).map(({ service, image, address, container }) => [
    service,
    html`<code>${image}</code>`,
    html`<code>${address}</code>`,
    html`<code>${container.slice(0, 12)}</code>`,
  ])
  return html`<p>${took}${started ? html` It began at ${started.at}, run <code>${started.runId}</code>.` : null}</p>
${[overheadSentence(variant), roomSentence(variant)].map((sentence) => sentence && html`<p>${sentence}</p>`)}
${started ? html`<dl>${evidenceList(started.environment)}</dl>` : null}
${ready ? table(readyWords(ready), columns, services) : null}
${lackingMarkup(ready?.lacking)}
<h3>How to repeat it</h3>
<pre>${repeatCommand(record)}</pre>
<p class="small muted">The verdict can be made again from the journal alone with <code>npx badgateway judge</code>
and this report with <code>npx badgateway report</code>, each with the run's folder.</p>`
}

function lackingMarkup(lacking: readonly string[] = []): Markup | null {
  if (lacking.length === 0) return null
  const places = lacking.map((lack) => html`<li><code>${inert(lack)}</code></li>`)
  return html`<p>The proxies' access logs do not tell everything:</p><ul>${places}</ul>`
}

function readyWords({ tookMs, used }: FactOf<'stack-ready'>): string {
  const shared = used ? ', shared with an earlier run that left it unchanged' : ''
  return `The stack, ready after ${seconds(tookMs / 1_000)}${shared}`
}

function evidenceList(evidence: Evidence): Markup[] {
  return Object.entries(evidence).map(([name, value]) => html`<dt>${name}</dt><dd>${valueText(value)}</dd>`)
}

function valueText(value: Json): string {
  return typeof value === 'object' && value !== null ? inertJson(value) : String(value)
}
