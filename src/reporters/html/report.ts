import { type Drawer, openDrawer } from '../charts/draw.ts'
import { patternDefinitions } from '../charts/palette.ts'
import { stageOf } from '../charts/scale.ts'
import { badgeOf } from '../matrix/badge.ts'
import { rowOf } from '../matrix/rows.ts'
import {
  askedAndAnswered,
  badFindings,
  baseVariant,
  detectionSentence,
  meaningOf,
  nameOf,
  outageSentence,
  recoverySentence,
} from '../narrative/headline.ts'
import { ownSections } from '../own.ts'
import type { FileReporter, ReportedRun } from '../reporter.ts'
import { toldSection } from '../told/html.ts'
import { statusOf } from '../words/status.ts'
import { alertSection } from './alarms.ts'
import { graphs } from './graphs.ts'
import { machineSection, problemSection, undoSection } from './machine.ts'
import { html, type Markup, trusted } from './markup.ts'
import { overview, type Staged } from './overview.ts'
import { pageOf } from './page.ts'
import { healingSection, timelineSection, verdictSection } from './story.ts'
import { ledgerSection, reasonSection } from './traffic.ts'

/** One page for people: opens offline, asks nobody for anything, needs no script. */
export const htmlReporter: FileReporter = {
  name: 'html',
  file: 'report.html',
  write: async (run) => page(run, await openDrawer()).markup,
}

function page(run: ReportedRun, drawer: Drawer): Markup {
  const staged = run.variants.map((variant, index) => ({ variant, stage: stageOf(variant), id: `v${index + 1}` }))
  const plan = run.variants[0]?.record.plan
  const title = plan?.title ?? 'A run without variants'
  return pageOf({
    title,
    definitions: trusted(
      `<svg class="defs" aria-hidden="true" focusable="false"><defs>${patternDefinitions()}</defs></svg>`,
    ),
    head: head(run, title),
    main: html`${overview(run, staged, drawer)}
${staged.map((one) => variantSection(run, one, drawer))}`,
    footer: html`Made by badgateway from the journal alone. Times here are monotonic; only users are counted in the
outage, the pressure around them is not. Time to detect: from the first failed request to the first delivered alert.
Time to recover: from the first failed request until service held again.`,
  })
}

function head(run: ReportedRun, title: string): Markup {
  const plan = run.variants[0]?.record.plan
  const base = baseVariant(run)
  const said = base ? [outageSentence, detectionSentence, recoverySentence].map((say) => say(base.verdict)) : []
  const links = run.variants.map((variant, index) => html`<li><a href="#v${index + 1}">${nameOf(variant)}</a></li>`)
  const what = plan?.report.date ? `Incident of ${plan.report.date}, scenario` : 'Scenario'
  return html`<p>${badgeOf(run)}</p><h1>${title}</h1>
<p class="lead">${said.join(' ')}</p>
${why(run)}
<p>${plan?.summary}</p>
<p class="muted small">${what} <code>${plan?.scenario}</code>.</p>
${links.length > 1 ? html`<nav aria-label="Variants"><ul>${links}</ul></nav>` : null}`
}

/** What whoever is woken by it asks first, when it did not pass. */
function why({ variants }: ReportedRun): Markup | null {
  const [worst] = variants.filter(({ verdict }) => verdict.status === statusOf({ variants }))
  const [first] = worst ? badFindings(worst.verdict) : []
  // In a rehearsal nothing was to be answered.
  if (!worst || !first || rowOf(worst)?.status === 'rehearsed') return null
  return html`<p><b>${nameOf(worst)}:</b> ${meaningOf(worst.verdict)} ${askedAndAnswered(first)}</p>`
}

function variantSection(run: ReportedRun, staged: Staged, drawer: Drawer): Markup {
  const { variant, id } = staged
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${nameOf(variant)}</h2>
${verdictSection(variant)}
${problemSection(variant.record.facts)}
<h3>What it looked like</h3>${graphs(staged, drawer)}
<h3>What happened</h3>${timelineSection(variant)}
${healingSection(run, variant)}
${ownSections(variant).map(toldSection)}
<h3>Why requests failed</h3>${reasonSection(variant)}
<h3>Every request</h3>${ledgerSection(variant)}
<h3>Alerts</h3>${alertSection(variant)}
<h3>Was it left as it was found?</h3>${undoSection(variant)}
<h3>Where it ran</h3>${machineSection(variant)}
</section>
`
}
