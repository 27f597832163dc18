import { inert } from '../../kit/inert.ts'
import type { ProjectInput, Survey } from '../../project/index.ts'
import { type TextRow, textTable } from '../../reporters/index.ts'

/** What was understood and what was guessed, as a table for the terminal. */
export function told(survey: Survey & { readonly project: ProjectInput }, columns: number): string {
  const { project, understood, outside, notes } = survey
  const because = (...path: string[]) =>
    understood
      .filter((one) => path.every((part, at) => one.path[at] === part) && one.guessed)
      .map((one) => `${one.path.slice(path.length).join('.') || path.at(-1)}: ${one.because}`)
      .join('\n')
  const row = (what: string, found: string, path: readonly string[]): TextRow => {
    return [inert(what), inertly(found), inertly(because(...path))]
  }
  const { proxy, upstreams, dependencies = {}, monitoring, traffic } = project
  const rows = [
    row('proxy', `${proxy.service}: ${siteText(proxy)}`, ['proxy']),
    ...Object.entries(upstreams).map(([name, group]) =>
      row(`upstream ${name}`, `${group.servers.join(', ')}\n${spokenTo(group)}\npage ${group.page ?? '/'}`, [
        'upstreams',
        name,
      ]),
    ),
    ...Object.entries(dependencies).map(([name, { kind, port, of = [] }]) =>
      row(
        `dependency ${name}`,
        `${kind}${port === undefined ? '' : ` ${port}`}, of ${of.join(', ') || 'no known upstream'}`,
        ['dependencies', name],
      ),
    ),
    ...(monitoring ? [row('monitoring', monitoringText(monitoring), ['monitoring'])] : []),
    row('traffic', `${traffic?.ratePerS}/s, ${traffic?.mix?.length ?? 0} kinds of requests`, ['traffic']),
    ...outside.map(({ address, because: why }): TextRow => ['never touched', inert(address), inert(why)]),
    ...notes.map((note): TextRow => ({ over: inert(note) })),
  ]
  return textTable(rows, { heads: ['', 'found', 'guessed, because'], columns })
}

const inertly = (text: string) =>
  text
    .split('\n')
    .map((line) => inert(line, 200))
    .join('\n')

const siteText = ({ scheme, port, host, config }: ProjectInput['proxy']) =>
  `${scheme ?? 'http'} ${port ?? 80}${host === undefined ? '' : `, host ${host}`}\n${config}`

function spokenTo({ protocol = 'http', port, socket, health }: ProjectInput['upstreams'][string]): string {
  return `${protocol} ${port ?? socket}${health === undefined ? '' : `, health ${health}`}`
}

function monitoringText({ prometheus, alertmanager, rules = [] }: NonNullable<ProjectInput['monitoring']>): string {
  const parts = [
    ...(prometheus ? [`Prometheus ${prometheus.service}:${prometheus.port}`] : []),
    ...(alertmanager ? [`Alertmanager ${alertmanager.service}:${alertmanager.port}`] : []),
    ...(rules.length > 0 ? [`rules ${rules.join(', ')}`] : []),
  ]
  return parts.join('\n')
}
