/** What opens and what goes on in a block of Go's templates. */
const opens: readonly string[] = ['if', 'range', 'with', 'define', 'block']
const goesOn: readonly string[] = ['else', 'end', 'break', 'continue', 'template', ...opens]
const given: readonly string[] = ['$', '$labels', '$value', '$externalLabels', '$externalURL']

/** Functions of Go's templates and those of Prometheus, the newest among them. */
const functions: ReadonlySet<string> = new Set([
  ...['and', 'or', 'not', 'len', 'index', 'slice', 'print', 'printf', 'println', 'html', 'js', 'urlquery', 'call'],
  ...['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'query', 'first', 'label', 'value', 'strvalue', 'args', 'reReplaceAll'],
  ...['safeHtml', 'match', 'title', 'toUpper', 'toLower', 'graphLink', 'tableLink', 'sortByLabel', 'stripPort'],
  ...['stripDomain', 'humanize', 'humanize1024', 'humanizeDuration', 'humanizePercentage', 'humanizeTimestamp'],
  ...['toTime', 'toDuration', 'now', 'pathPrefix', 'externalURL', 'parseDuration', 'tmpl', 'urlQueryEscape'],
  ...['true', 'false', 'nil'],
])

/** What Prometheus says of a label's or annotation's template when it reads the file; null: it takes it. */
export function templateTrouble(text: string): string | null {
  const known = new Set(given)
  let depth = 0
  for (let at = text.indexOf('{{'); at >= 0; ) {
    const end = endOfAction(text, at + 2)
    if (end === undefined) return 'a {{ is not closed'
    const action = text.slice(at + 2, end).replace(/^- | -$/g, ' ')
    const [word = ''] = /^\s*[a-z]*/.exec(action)?.[0].trim().split(' ') ?? []
    if (!/^\s*\/\*/.test(action)) {
      const wrong = actionTrouble(action, known)
      if (wrong !== null) return wrong
      if (opens.includes(word)) depth += 1
      if (word === 'end' && depth-- === 0) return '{{ end }} ends nothing'
      if (word === 'else' && depth === 0) return '{{ else }} belongs to nothing'
    }
    at = text.indexOf('{{', end + 2)
  }
  return depth > 0 ? 'an {{ if }}, {{ range }} or {{ with }} has no {{ end }}' : null
}

/** Where the braces that close it stand; those in its texts do not. */
function endOfAction(text: string, from: number): number | undefined {
  const shape = /"(?:\\.|[^"\\\n])*"|`[^`]*`|\/\*[\s\S]*?\*\/|\}\}/g
  shape.lastIndex = from
  for (let found = shape.exec(text); found; found = shape.exec(text)) if (found[0] === '}}') return found.index
  return undefined
}

function actionTrouble(action: string, known: Set<string>): string | null {
  const bare = action.replace(/"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])*'/g, ' "" ')
  for (const [name, sign] of bare.matchAll(/\$\w*(?=(\s*(?::=|,))?)/g)) {
    if (sign?.trim() === ':=' || sign?.trim() === ',') known.add(name)
    else if (!known.has(name)) return `there is no variable ${name}`
  }
  for (const [name] of bare.matchAll(/(?<![\w.$])[A-Za-z_]\w*/g)) {
    if (!functions.has(name) && !goesOn.includes(name)) return `there is no function ${name}`
  }
  return null
}
