import type { Model, Pass } from '../knowledge/model.ts'
import type { Directive } from '../read/directive.ts'
import type { Word } from '../read/tokens.ts'
import type { Splices } from './splices.ts'

/** One `…_pass` that leads to a group. */
export class PassEdit {
  readonly directive: Directive
  /** The group, as it is named there: an `upstream` block, or a host. */
  readonly group: string
  readonly #edit: Splices
  readonly #words: readonly NamingWord[]

  constructor(edit: Splices, pass: Pass, group: string, model: Model) {
    this.#edit = edit
    this.directive = pass.directive
    this.group = group
    this.#words = namingWords(pass, group, model)
  }

  /** The directives that name it: the pass itself, or where a variable gets it from. Empty: it is put together. */
  get named(): readonly Directive[] {
    return this.#words.map(({ directive }) => directive)
  }

  /** Gives the pass another target: `http://$backend:80`. */
  to(target: string): void {
    this.#edit.set(this.directive, target)
  }

  /** Gives it another scheme, `https`, wherever it is named with one. */
  scheme(scheme: string): void {
    for (const { directive, word } of this.#words) {
      const text = word.text.replace(/^\w+(?=:\/\/)/, scheme)
      if (text !== word.text) this.#edit.replace(directive, word, text)
    }
  }

  /** Names another host, or another port of it, wherever this one is named; what stands around it stays. */
  at(change: { readonly host?: string; readonly port?: number }): void {
    for (const { directive, word, found } of this.#words) {
      const host = change.host ?? found.host
      const port = change.port === undefined ? found.port : `:${change.port}`
      const { text } = word
      this.#edit.replace(directive, word, text.slice(0, found.start) + host + port + text.slice(found.end))
    }
  }
}

/** Where a host stands in a word, with its port: `:80`, `:$port`, or nothing. */
interface Found {
  readonly host: string
  readonly port: string
  readonly start: number
  readonly end: number
}

interface NamingWord {
  readonly directive: Directive
  readonly word: Word
  readonly found: Found
}

function namingWords(pass: Pass, group: string, { variables }: Model): NamingWord[] {
  const [, host = group, port] = /^([^:]+|\[.*\])(:\d+)$/.exec(group) ?? []
  const seen = new Set<Directive>()
  const walk = (directive: Directive, word: Word | undefined): NamingWord[] => {
    if (!word || seen.has(directive)) return []
    seen.add(directive)
    const found = findHost(word.text, host)
    const isOther = port !== undefined && /^:\d/.test(found?.port ?? '') && found?.port !== port
    const own = found && !isOther ? [{ directive, word, found }] : []
    const inner = variables.in(word.text).flatMap((name) => variables.definitions(name).flatMap(valuesOf))
    return [...own, ...inner.flatMap(([one, value]) => walk(one, value))]
  }
  return walk(pass.directive, pass.directive.words[1])
}

/** The words that give a variable its value: of `set` the last, of a map those behind its keys. */
function valuesOf(definition: Directive): [Directive, Word | undefined][] {
  if (definition.name === 'set') return [[definition, definition.words[2]]]
  return (definition.block ?? []).map((one) => [one, one.words[1]])
}

function findHost(text: string, host: string): Found | undefined {
  const scheme = /^(?:[A-Za-z]+:\/\/)?/.exec(text)?.[0].length ?? 0
  const rest = text.slice(scheme)
  const name = rest.slice(0, host.length)
  if (name.toLowerCase() !== host.toLowerCase()) return undefined
  const behind = rest.slice(host.length)
  if (behind !== '' && !/^[:/?$]/.test(behind)) return undefined
  const port = host.startsWith('unix:') ? '' : (/^:(?:\d+|\$\w+|\$\{\w+\})/.exec(behind)?.[0] ?? '')
  return { host: name, port, start: scheme, end: scheme + host.length + port.length }
}
