/** What a template of Helm has and nothing that was made from one: Prometheus' own templates know none of these. */
const helm = /\{\{[^}]*(\.(Values|Release|Chart|Capabilities|Files)\b|\b(include|tpl)\s|\btoYaml\b)|\{\{-?\s*`/
/** Where a key or an item should be: there it is no annotation's. */
const helmLine = /^\s*\{\{-?\s*(if|range|with|end|else|template|define|\/\*)/m

export const isHelmTemplate = (text: string): boolean => helm.test(text)
/** Of a text that is no YAML. */
export const mayBeHelmTemplate = (text: string): boolean => helmLine.test(text)

/** Keys by which a file is known that people keep beside their rules. */
const known: readonly [keys: readonly string[], what: string][] = [
  [['tests'], 'a unit test of promtool'],
  [['route', 'receivers', 'inhibit_rules'], 'a configuration of Alertmanager'],
  [['scrape_configs', 'rule_files', 'alerting'], 'a configuration of Prometheus: name the folder of its rule_files'],
  [['services', 'volumes'], 'a file of Docker Compose'],
  [['panels', 'dashboard'], 'a dashboard of Grafana'],
]

/** What something is that holds no rules. */
export function whatElse(value: unknown): string {
  if (typeof value !== 'object' || value === null) return 'not a rule file: it has no groups'
  if (Array.isArray(value)) return "not a rule file: a list, where 'groups:' is expected at the top"
  if ('kind' in value || 'apiVersion' in value) {
    const kind =
      'kind' in value
        ? `kind ${String(value.kind)}`
        : `apiVersion ${'apiVersion' in value ? String(value.apiVersion) : ''}`
    return `${kind} holds no rules: a PrometheusRule does`
  }
  const [, what] = known.find(([keys]) => keys.some((key) => key in value)) ?? []
  if (what) return what
  const keys = Object.keys(value).slice(0, 5).join(', ')
  const nested = 'alert' in value || 'rules' in value || 'spec' in value
  const more = nested ? ' (its rules are nested wrongly)' : ''
  return `not a rule file: it has ${keys}, where 'groups:' is expected at the top${more}`
}
