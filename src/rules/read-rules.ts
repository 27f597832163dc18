import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseAllDocuments, stringify } from 'yaml'
import type { z } from 'zod'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { yamlProblem } from '../kit/json.ts'
import type { RuleSet } from './rule.ts'
import { type RuleGroups, ruleGroups, rulesIn } from './rule-file.ts'
import { isHelmTemplate, mayBeHelmTemplate, whatElse } from './strangers.ts'

const fileLimitBytes = 4 * 1024 * 1024
const mostFiles = 500
const endings = /\.(ya?ml|json|rules)$/

/**
 * The rules of a folder and those below it, or of one file: files of Prometheus and PrometheusRule resources, these
 * by their `spec`. `only`: no others than these of the folder. RULES_MISSING when there is nothing to read,
 * RULES_INVALID with every mistake at once.
 */
export async function readRules(given: string, shown = given, only?: readonly string[]): Promise<RuleSet> {
  const found = await stat(given).catch(() => undefined)
  if (!found) throw missing(shown, 'no such folder')
  const names = only ?? (found.isDirectory() ? await filesBelow(given, shown) : [basename(given)])
  if (names.length === 0) throw missing(shown, 'holds no rule file (.yml, .yaml, .json, .rules)')
  if (names.length > mostFiles) throw missing(shown, `holds more than ${mostFiles} files`)
  const problems: string[] = []
  const set = { rules: [], files: [], leftOut: [] } as Collected
  const strangers: { name: string; wrong: string[] }[] = []
  const placed = (name: string, one: string) => `${found.isDirectory() ? join(shown, name) : shown}: ${one}`
  for (const name of names) {
    const text = await textOf(found.isDirectory() ? join(given, name) : given)
    const wrong = typeof text === 'string' ? takeFile(set, name, text) : [text.problem]
    // Rules lie beside services and namespaces: such a file is no mistake where there are rules.
    if (wrong.length > 0 && wrong.every((one) => ofCluster.test(one))) strangers.push({ name, wrong })
    else problems.push(...wrong.map((one) => placed(name, one)))
  }
  if (set.rules.length === 0)
    problems.push(...strangers.flatMap(({ name, wrong }) => wrong.map((one) => placed(name, one))))
  else set.leftOut.push(...strangers.flatMap(({ name, wrong }) => wrong.map((one) => `${name}: left out, ${one}`)))
  if (problems.length > 0) throw invalid(problems)
  if (set.rules.length === 0) throw invalid([`${shown}: has no rule in it`, ...set.leftOut])
  return set
}

const ofCluster = /\bkind \S+ holds no rules: a PrometheusRule does$/

const helmHint = 'a template of Helm, not what it makes: name what `helm template` prints'

type Collected = { -readonly [K in keyof RuleSet]: RuleSet[K][number][] }

async function filesBelow(folder: string, shown: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((thrown: unknown) => {
    throw missing(shown, `cannot be read: ${reasonOf(thrown)}`)
  })
  return entries
    .filter((entry) => !entry.isDirectory() && endings.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length))
    .filter((name) => !/(^|[/\\])\./.test(name))
    .sort()
}

async function textOf(path: string): Promise<string | { problem: string }> {
  try {
    const found = await stat(path)
    if (!found.isFile()) return { problem: 'is no regular file' }
    if (found.size > fileLimitBytes) return { problem: `has more than ${fileLimitBytes / 2 ** 20} MiB` }
    return await readFile(path, 'utf8')
  } catch (thrown) {
    return { problem: `cannot be read: ${reasonOf(thrown)}` }
  }
}

/** Its rules into the set; gives back what is wrong with it. */
function takeFile(set: Collected, name: string, text: string): string[] {
  if (isHelmTemplate(text)) return [helmHint]
  const documents = documentsOf(text)
  if ('problem' in documents) return [mayBeHelmTemplate(text) ? helmHint : documents.problem]
  const all = documents.values.flatMap(listed)
  const rules: { groups: RuleGroups; path: string; plain: boolean }[] = []
  const others: string[] = []
  const problems: string[] = []
  let isRuleFile = false
  for (const { value, path } of all) {
    const own = kindOf(value)
    const kind = isRuleFile && own === 'rules' ? onlyFirst : own
    isRuleFile ||= own === 'rules'
    if (kind !== 'rules' && kind !== 'resource') {
      others.push(`${path}${kind}`)
      continue
    }
    const at = `${path}${kind === 'resource' ? 'spec.' : ''}`
    const read = ruleGroups.safeParse(kind === 'resource' ? (value as { spec?: unknown }).spec : value)
    if (read.success) rules.push({ groups: read.data, path, plain: kind === 'rules' && all.length === 1 })
    else problems.push(...read.error.issues.map((issue) => told(issue, at)))
  }
  const isTest = others.length > 0 && others.every((other) => other.endsWith(unitTest))
  if (rules.length === 0 && problems.length === 0 && others.length > 0 && !isTest) return others
  set.leftOut.push(...others.map((other) => `${name}: left out, ${other}`))
  for (const [index, { groups, plain }] of rules.entries()) {
    set.rules.push(...rulesIn(name, groups))
    set.files.push({ name: flatName(name, index), source: name, text: plain ? text : stringify(forPrometheus(groups)) })
  }
  return problems
}

/** Prometheus is told of *.yml in one folder. */
function flatName(name: string, index: number): string {
  return `${name.replaceAll(/[/\\]/g, '--')}${index === 0 ? '' : `.${index + 1}`}`.replace(/(\.yml)?$/, '.yml')
}

/** What only the operator knows is left out, and what is a number is one again. */
function forPrometheus({ groups }: RuleGroups): unknown {
  return {
    groups: (groups ?? []).map(({ partial_response_strategy: _, limit, ...group }) => {
      return limit === undefined ? group : { ...group, limit: Number(limit) }
    }),
  }
}

const unitTest = whatElse({ tests: [] })
const onlyFirst = 'Prometheus reads only the first document of a file'

/** `rules`, `resource`, or what it is instead. */
function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return whatElse(value)
  if ('kind' in value || 'apiVersion' in value) {
    return 'kind' in value && value.kind === 'PrometheusRule' ? 'resource' : whatElse(value)
  }
  return 'groups' in value || Object.keys(value).length === 0 ? 'rules' : whatElse(value)
}

interface Part {
  value: unknown
  /** `document 2: items[3].`; empty: the whole file. */
  path: string
}

/** A `List` of Kubernetes is its items. */
function listed({ value, path }: Part): Part[] {
  if (typeof value !== 'object' || value === null || !('items' in value) || !Array.isArray(value.items)) {
    return [{ value, path }]
  }
  // Those of a list of one kind may leave it out.
  const kind = 'kind' in value && value.kind === 'PrometheusRuleList' ? { kind: 'PrometheusRule' } : {}
  return value.items.map((item: unknown, index) => {
    const isObject = typeof item === 'object' && item !== null
    return { value: isObject ? { ...kind, ...item } : item, path: `${path}items[${index}].` }
  })
}

/** Every scalar is text: `severity: 1` is a label's value, and `for: 1m` never anything else. */
function documentsOf(text: string): { values: Part[] } | { problem: string } {
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    merge: true,
    uniqueKeys: true,
    strict: true,
    logLevel: 'silent',
  })
  if ('empty' in documents) return { values: [] }
  const values: Part[] = []
  for (const [index, document] of documents.entries()) {
    const path = documents.length === 1 ? '' : `document ${index + 1}: `
    const problem = document.errors[0] ?? document.warnings[0]
    if (problem) return { problem: `${path}${yamlProblem(problem)}` }
    try {
      const value: unknown = document.toJS({ maxAliasCount: 100 })
      // Between two `---` there may be nothing.
      if (value !== null && value !== '') values.push({ value, path })
    } catch (thrown) {
      return { problem: `${path}${reasonOf(thrown)}` }
    }
  }
  return { values }
}

function told({ path, message, code, ...issue }: z.core.$ZodIssue, at: string): string {
  const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  const shown = `${at}${place.replace(/^\./, '')}` || '(top)'
  const keys = code === 'unrecognized_keys' && 'keys' in issue ? (issue.keys as string[]).join(', ') : ''
  return `${shown.replace(/\.$/, '')}: ${keys ? `Prometheus knows no field ${keys} here` : message}`
}

function missing(shown: string, what: string): BadgatewayError {
  return new BadgatewayError(
    'RULES_MISSING',
    `The rules in ${shown}: ${what}`,
    'Name a folder with Prometheus rule files.',
  )
}

function invalid(problems: readonly string[]): BadgatewayError {
  const hint = 'Nothing was started. Each file must be one that Prometheus takes, or a PrometheusRule.'
  return new BadgatewayError('RULES_INVALID', problems.join('\n  '), hint)
}
