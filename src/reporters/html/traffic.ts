import { type FactOf, factsOf } from '../../journal/index.ts'
import { count, percent } from '../../kit/figures.ts'
import { inert } from '../../kit/inert.ts'
import { add, isServed, type Ledger, total } from '../../kit/ledger.ts'
import { explain, reasonsOf } from '../narrative/reasons.ts'
import type { ReportedVariant } from '../reporter.ts'
import { html, type Markup } from './markup.ts'
import { factNumbers, table } from './parts.ts'

const right = 'num'

/** Why requests failed, in Nginx's own words. */
export function reasonSection({ record }: ReportedVariant): Markup {
  const reasons = reasonsOf(record.facts)
  if (reasons.length === 0) return html`<p>Nginx's error log names no failure.</p>`
  const columns = [{ head: 'Reason' }, { head: 'Lines', className: right }, { head: 'First line of its kind' }]
  const rows = reasons.map(({ reason, lines, sample }) => [
    html`<b>${reason}</b><br><span class="small">${explain(reason)}</span>`,
    count(lines),
    sample
      ? html`<span class="muted small">${sample.service}, fact ${factNumbers([sample.n])}</span><br>
<code>${sample.line}</code>`
      : 'not kept',
  ])
  return table("Reasons in Nginx's error log", columns, rows)
}

/** Every request of the users in its class, and whether the proxy's access log agrees. */
export function ledgerSection({ record, verdict }: ReportedVariant): Markup {
  const closed = factsOf(record.facts, 'ledger-closed')
  const users = closed.find(({ source }) => source === 'users')
  // What surges brought counts too.
  const pressure = closed.filter(({ source }) => source === 'pressure').map(({ ledger }) => ledger)
  const reconciled = factsOf(record.facts, 'proxy-reconciled').at(-1)
  return html`${ledgerTable(verdict.ledger, pressure.reduce(add, {}))}
${users ? html`<p>${balance(users)}</p>` : html`<p><b>The users' ledger was never closed.</b></p>`}
<p>Beside the proxy's access log: ${reconciled ? reconciliation(reconciled) : 'they were not compared.'}</p>`
}

function ledgerTable(users: Ledger, pressure: Ledger): Markup {
  const names = [...new Set([...Object.keys(users), ...Object.keys(pressure)])].sort()
  const amount = (counts: Ledger, name: string) => counts[name as keyof Ledger] ?? 0
  const columns = [
    { head: 'Class' },
    { head: 'For the user' },
    { head: 'Users', className: right },
    { head: 'Share', className: right },
    { head: 'Pressure', className: right },
  ]
  const sum = Math.max(1, total(users))
  const rows = names.map((name) => [
    html`<code class="nowrap">${name}</code>`,
    isServed(name) ? 'served' : 'failed',
    count(amount(users, name)),
    percent(amount(users, name) / sum),
    count(amount(pressure, name)),
  ])
  return table('Requests by what became of them, each in exactly one class', columns, rows)
}

function balance(fact: FactOf<'ledger-closed'>): string {
  const { planned, ledger, users, achievedRate, scheduleLagMs, oddities = [] } = fact
  const sum = total(ledger)
  const word = sum === planned ? 'the books balance' : `${count(Math.abs(planned - sum))} are unaccounted for`
  const lag = scheduleLagMs
    ? `, sent at most ${count(scheduleLagMs.max)} ms late (p99 ${scheduleLagMs.p99.toFixed(1)} ms)`
    : ''
  const books = `${count(users)} users planned ${count(planned)} requests, ${count(sum)} are in the ledger: ${word}`
  const odd = oddities.map(([reason, times]) => ` ${count(times)} × ${inert(reason)}.`)
  return `${books}. ${achievedRate.toFixed(1)} per second were really sent${lag}.${odd.join('')}`
}

function reconciliation(fact: FactOf<'proxy-reconciled'>): string {
  const { matched, answeredUnlogged, loggedUnknown, lostButLogged, because } = fact
  const figures = [
    `${count(matched)} answers are in both`,
    `${count(answeredUnlogged)} answered and not logged`,
    `${count(loggedUnknown)} logged and unknown to the client`,
    `${count(lostButLogged)} lost to the client yet logged`,
  ]
  return `${figures.join(', ')}: ${because}`
}
