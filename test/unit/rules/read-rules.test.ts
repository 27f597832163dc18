import { mkdir, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { readRules } from '../../../src/rules/index.ts'
import { temporaryFolder } from '../../support/folder.ts'

const group = (rules: string, name = 'edge') => `groups:\n  - name: ${name}\n    rules:\n${rules}`
const good = group('      - { alert: Down, expr: up == 0, for: 1m, labels: { severity: 1 } }')
const resource = (kind = 'PrometheusRule') => `apiVersion: monitoring.coreos.com/v1
kind: ${kind}
metadata: { name: edge }
spec:
${good.replace(/^/gm, '  ')}
`

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder('rules')
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}
const read = async (files: Record<string, string>) => await readRules(await folderOf(files), 'rules')

test('files of Prometheus are taken as they are, from folders below too, and nothing else is read', async () => {
  const more = {
    'b/c.yaml': group('      - { record: "a:b", expr: a }'),
    'README.md': '# rules',
    '.git/x.yml': 'broken: [',
  }
  const { rules, files, leftOut } = await read({ 'a.yml': good, ...more })
  expect(rules.map(({ kind, name, file, forMs }) => [kind, name, file, forMs])).toEqual([
    ['alert', 'Down', 'a.yml', 60_000],
    ['record', 'a:b', 'b/c.yaml', 0],
  ])
  expect(files.map(({ name, source }) => [name, source])).toEqual([
    ['a.yml', 'a.yml'],
    ['b--c.yaml.yml', 'b/c.yaml'],
  ])
  expect(files[0]?.text).toBe(good)
  expect(leftOut).toEqual([])
})

test('one file is taken where a folder could be, and JSON is YAML', async () => {
  const folder = await folderOf({
    'a.json': JSON.stringify({ groups: [{ name: 'g', rules: [{ alert: 'A', expr: '1' }] }] }),
  })
  expect((await readRules(join(folder, 'a.json'))).rules.map(({ name }) => name)).toEqual(['A'])
  expect((await readRules(folder)).files[0]?.name).toBe('a.json.yml')
})

test.each([
  ['a resource', resource()],
  ['a list of them', `kind: List\napiVersion: v1\nitems:\n  -${resource().replace(/^/gm, '    ').slice(3)}`],
  [
    'a list of this kind, whose items do not say it',
    `kind: PrometheusRuleList\nitems:\n  -${resource()
      .replace(/^(apiVersion|kind).*\n/gm, '')
      .replace(/^/gm, '    ')
      .slice(3)}`,
  ],
  ['several documents, some of them others', `---\n${resource('Service')}---\n${resource()}---\n`],
  [
    'what only the operator knows',
    resource().replace('rules:', 'partial_response_strategy: warn\n      limit: 3\n      rules:'),
  ],
])('PrometheusRule, %s: its spec is what Prometheus is given', async (_, text) => {
  const { rules, files } = await read({ 'edge.yaml': text })
  expect(rules.map(({ name, group: of, forMs }) => [name, of, forMs])).toEqual([['Down', 'edge', 60_000]])
  const given: unknown = parse(files[0]?.text ?? '')
  const own = { name: 'edge', rules: [{ alert: 'Down', expr: 'up == 0', for: '1m', labels: { severity: '1' } }] }
  expect(given).toEqual({ groups: [text.includes('limit') ? { ...own, limit: 3 } : own] })
  expect(files[0]?.name).toBe('edge.yaml.yml')
})

test('what lies beside rules and is none is told, not passed over', async () => {
  const { leftOut } = await read({
    'a.yml': good,
    'a_test.yml': 'rule_files: [a.yml]\ntests: []',
    'b.yml': `${resource()}---\nkind: Service\n`,
  })
  expect(leftOut).toEqual([
    'a_test.yml: left out, a unit test of promtool',
    'b.yml: left out, document 2: kind Service holds no rules: a PrometheusRule does',
  ])
})

test('of several documents Prometheus reads the first', async () => {
  const { rules, files, leftOut } = await read({ 'a.yml': `${good}\n---\n${good.replace('Down', 'Never')}` })
  expect(rules.map(({ name }) => name)).toEqual(['Down'])
  expect(files).toHaveLength(1)
  expect(leftOut).toEqual(['a.yml: left out, document 2: Prometheus reads only the first document of a file'])
})

test('a key without a value is as good as none', async () => {
  const text = 'groups:\n- name: a\n  rules:\n- name: b\n  interval:\n  rules: [{ alert: A, expr: up, for: , labels: }]'
  const { rules } = await read({ 'a.yml': text, 'b.yml': 'groups:\n', 'c.yml': '' })
  expect(rules.map(({ name, forMs }) => [name, forMs])).toEqual([['A', 0]])
})

test.each([
  ['{{ with query "up{job=\'a\'}" }}{{ . | first | value | humanize }}{{ else }}-{{ end }}'],
  ['{{ range $i, $one := query "up" -}}{{ $i }}{{ $one.Labels.job }}{{- end }}'],
  ['{{ $x := printf "%s }} {{" $labels.job }}{{ $x }}{{/* {{ */}}'],
  ['{{ if gt $value 1.5 }}a{{ else if eq $value 1.0 }}b{{ end }}'],
  ['{{ .Labels.instance }} {{ $externalLabels.cluster }} {{ reReplaceAll "a(.*)" "$1" .Value }}'],
])('a template that Prometheus takes: %s', async (text) => {
  const alert = { alert: 'A', expr: 'up', annotations: { s: text }, labels: { t: text } }
  expect((await read({ 'a.json': JSON.stringify({ groups: [{ name: 'a', rules: [alert] }] }) })).rules).toHaveLength(1)
})

test.each([
  ['{{ $labels.job', /annotations\.s: a \{\{ is not closed/],
  ['{{ if $value }}a', /annotations\.s: an \{\{ if \}\}.* has no \{\{ end \}\}/],
  ['a{{ end }}', /ends nothing/],
  ['{{ $job }}', /there is no variable \$job/],
  ['{{ humanise $value }}', /there is no function humanise/],
])('a template that Prometheus refuses: %s', async (text, message) => {
  const given = (key: string) => ({ groups: [{ name: 'a', rules: [{ alert: 'A', expr: 'up', [key]: { s: text } }] }] })
  await expect(read({ 'a.json': JSON.stringify(given('annotations')) })).rejects.toThrow(message)
  await expect(read({ 'a.json': JSON.stringify(given('labels')) })).rejects.toThrow(/labels\.s: /)
})

test('a folder of a cluster: what is no rule is told, and refused only where there is none', async () => {
  const others = { 'namespace.yaml': 'apiVersion: v1\nkind: Namespace\n', 'x/service.yaml': resource('Service') }
  const { rules, leftOut } = await read({ ...others, 'rules.yaml': resource() })
  expect(rules.map(({ name }) => name)).toEqual(['Down'])
  expect(leftOut).toEqual([
    'namespace.yaml: left out, kind Namespace holds no rules: a PrometheusRule does',
    'x/service.yaml: left out, kind Service holds no rules: a PrometheusRule does',
  ])
  await expect(read(others)).rejects.toThrow(/namespace\.yaml: kind Namespace.*\n.*service\.yaml: kind Service/)
  await expect(read({ ...others, 'rules.yaml': resource().replace('up == 0', 'up ==') })).rejects.toThrow(/rules\.yaml/)
})

const rule = (text: string) => group(`      - ${text}`)

test.each<[string, string, RegExp]>([
  ['a tab', 'groups:\n\t- name: a', /rules\/x\.yml: .*[Tt]ab/],
  ['another kind', 'apiVersion: v1\nkind: ConfigMap\ndata: {}', /kind ConfigMap holds no rules/],
  ['apiVersion alone', 'apiVersion: v1\ngroups: []', /apiVersion v1 holds no rules/],
  ['Alertmanager', 'route: { receiver: a }\nreceivers: []', /a configuration of Alertmanager/],
  ['Prometheus', 'rule_files: [a.yml]\nscrape_configs: []', /a configuration of Prometheus: name the folder/],
  ['a rule at the top', 'alert: A\nexpr: up', /it has alert, expr, .*nested wrongly/],
  ['a list at the top', '- alert: A\n  expr: up', /a list, where 'groups:'/],
  ['rules without a group', 'groups:\n  - alert: A\n    expr: up', /groups\[0\]/],
  ['Helm', 'groups:\n{{- if .Values.on }}\n- name: a\n{{- end }}', /a template of Helm/],
  ['Helm in a value', good.replace('1m', '{{ .Values.for }}'), /a template of Helm/],
  ['Helm without values', 'groups:\n{{- range $a := list 1 2 }}\n- name: a\n{{- end }}', /a template of Helm/],
  [
    'an unknown field',
    rule('{ alert: A, expr: up, fro: 1m }'),
    /groups\[0\]\.rules\[0\]: Prometheus knows no field fro/,
  ],
  ['a duration', rule('{ alert: A, expr: up, for: 1 minute }'), /rules\[0\]\.for: '1 minute' is no duration/],
  ['a number for a duration', rule('{ alert: A, expr: up, for: 60 }'), /'60' is no duration/],
  ['an interval', `${good}\n    interval: often`, /groups\[0\]\.interval: 'often' is no duration/],
  ['no expression', rule('{ alert: A }'), /rules\[0\]\.expr/],
  ['PromQL', rule('{ alert: A, expr: "sum(rate(x[1m)) > 1" }'), /rules\[0\]\.expr: 1:14: /],
  ['both', rule('{ alert: A, record: "a:b", expr: up }'), /alert and record/],
  ['neither', rule('{ expr: up }'), /neither alert nor record/],
  ['for of a recording rule', rule('{ record: "a:b", expr: up, for: 1m }'), /rules\[0\]\.for: belongs to an alert/],
  ['a label', rule('{ alert: A, expr: up, labels: { a-b: x } }'), /labels\.a-b: 'a-b' is no name of a label/],
  ['a metric', rule('{ record: a-b, expr: up }'), /'a-b' is no name of a metric/],
  ['a group twice', `${good}\n  - { name: edge, rules: [] }`, /groups\[1\]\.name: a second group 'edge'/],
  ['a key twice', rule('{ alert: A, alert: B, expr: up }'), /rules\/x\.yml: .*unique/],
  ['the spec of a resource', resource().replace('up == 0', 'up ==='), /spec\.groups\[0\]\.rules\[0\]\.expr: 1:/],
  ['no rule at all', 'groups: []', /rules: has no rule in it/],
  ['nothing', '', /rules: has no rule in it/],
])('%s is refused at once, with file and path', async (_, text, message) => {
  const refused = read({ 'x.yml': text })
  await expect(refused).rejects.toThrow(message)
  await expect(refused).rejects.toMatchObject({ code: 'RULES_INVALID', exitCode: 64 })
})

test('every mistake is told at once', async () => {
  const wrong = { 'a.yml': rule('{ alert: A, expr: "up =" }'), 'b.yml': rule('{ alert: B, expr: up, for: x }') }
  await expect(read(wrong)).rejects.toThrow(/a\.yml.*\n.*b\.yml/)
})

test('rules that are not there, or too large to be any, are refused', async () => {
  const folder = await folderOf({ 'README.md': '' })
  await expect(readRules(join(folder, 'none'))).rejects.toThrow('no such folder')
  await expect(readRules(folder)).rejects.toMatchObject({ code: 'RULES_MISSING', exitCode: 64 })
  await writeFile(join(folder, 'a.yaml'), 'x'.repeat(4 * 2 ** 20 + 1))
  await expect(readRules(folder)).rejects.toThrow('a.yaml: has more than 4 MiB')
})

test('a folder that may not be listed is refused by name', async () => {
  const folder = await folderOf({ 'a.yml': good })
  await writeFile(join(folder, 'file'), '')
  await expect(readRules(join(folder, 'file', 'below'), 'rules')).rejects.toMatchObject({ code: 'RULES_MISSING' })
  const { promises } = await import('node:fs')
  const failed = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })
  const listing = vi.spyOn(promises, 'readdir').mockRejectedValueOnce(failed)
  syncBuiltinESMExports()
  const refused = readRules(folder, 'rules')
  await expect(refused).rejects.toMatchObject({ code: 'RULES_MISSING', message: expect.stringContaining('EACCES') })
  listing.mockRestore()
  syncBuiltinESMExports()
})

test('templates of Prometheus are no templates of Helm', async () => {
  const text = group(`      - alert: A
        expr: up == 0
        annotations:
          description: >-
            {{ range query "up" }}{{ .Value }}{{ end }}
            {{ template "x" }}
            {{ range printf "up" | query -}}
            {{ .Labels.job }}{{ end -}}`)
  expect((await read({ 'a.yml': text })).rules).toHaveLength(1)
})
