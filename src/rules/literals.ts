import type { SyntaxNode } from '@lezer/common'

/**
 * Spellings that Prometheus takes and the grammar does not: a function of Prometheus 2, and `5.` for a number. Each is
 * replaced by one of the same length, so that every place stays where it was.
 */
export function spelledForGrammar(text: string): string {
  return text.replace(/\bholt_winters(?=\s*\()/g, 'day_of_month').replace(/(?<![\w.:"'`])(\d+)\.(?![\w.])/g, '$1 ')
}

/** What is wrong with a piece of text or a number that the grammar takes; null: nothing. */
export function literalTrouble(text: string, node: SyntaxNode): string | null {
  const written = text.slice(node.from, node.to)
  if (node.name === 'StringLiteral' || node.name === 'QuotedLabelName') return stringTrouble(written)
  if (node.name === 'NumberDurationLiteral' && written.includes('_')) return `'${written}' is no number`
  return null
}

const goodEscape = /\\(?:[abfnrtv\\]|x[\da-fA-F]{2}|[0-7]{3}|u[\da-fA-F]{4}|U[\da-fA-F]{8})/y

function stringTrouble(written: string): string | null {
  const quote = written[0] ?? ''
  if (!['"', "'", '`'].includes(quote)) return null
  if (written.length < 2 || !written.endsWith(quote)) return 'a text is not closed'
  if (quote === '`') return null
  for (let at = 1; at < written.length - 1; at += 1) {
    if (written[at] === '\n') return 'a text is not closed in its line'
    if (written[at] !== '\\') continue
    goodEscape.lastIndex = at
    const found = goodEscape.exec(written)
    if (!found && written[at + 1] !== quote) {
      const sign = written[at + 1] ?? ''
      return `\\${sign} is no escape of a text: write \\\\${sign}, or quote it with \``
    }
    at += (found?.[0].length ?? 2) - 1
  }
  return null
}

/** What no expression of RE2 has, and other engines do. */
const foreign = /\(\?(?:<?[=!]|>)|\\[1-9]|\\[GKRXZ]|[*+?}]\+/

/** What is wrong with the pattern of `=~`; null: nothing that is seen here. */
export function patternTrouble(pattern: string): string | null {
  if (pattern.includes('\\Q')) return null
  const bare = pattern.replace(/\\\\/g, '')
  const strange = foreign.exec(bare.replace(/\[(?:\\.|[^\]\\])*\]/g, ''))
  if (strange) return `Prometheus' expressions have no ${strange[0]}`
  const here = pattern
    .replace(/\(\?P?</g, '(?<')
    .replace(/\(\?[imsU-]+([:)])/g, (_all, sign) => (sign === ':' ? '(?:' : ''))
  try {
    new RegExp(here.replaceAll('\\z', '$').replaceAll('\\A', '^'))
    return null
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.split(': ').at(-1) : ''
    return `'${pattern}' is no regular expression (${reason ?? ''})`
  }
}

interface Matcher {
  readonly label: string
  readonly op: string
  readonly value: string
}

/** Whether a selector could take series that have none of its labels: Prometheus refuses to look at everything. */
export function takesEverything(matchers: readonly Matcher[]): boolean {
  return matchers.every(({ op, value }) => {
    if (op === '=') return value === ''
    if (op === '!=') return value !== ''
    try {
      return new RegExp(`^(?:${value})$`, 's').test('') === (op === '=~')
    } catch {
      return false
    }
  })
}
