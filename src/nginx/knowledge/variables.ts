import type { Directive } from '../read/directive.ts'

/** Stands for text that is not known; the second one for text that begins with a stroke, as every path does. */
export const unknown = '\uE000'
export const unknownPath = '\uE001'

const paths = new Set(['request_uri', 'uri', 'document_uri'])
const mostValues = 64
/** Variables that are given each other's values, one in the other. */
const deepest = 100
/** As long as a word of the configuration may be; what grows beyond it is no server's name. */
const longest = 4_096

/** Names that templates have (envsubst), and Nginx's variables never. */
const isHole = (name: string) => /^[A-Z_][A-Z\d_]*$/.test(name)

const shape = /\$(?:\{(\w+)\}|(\w+))/g

/** What the variables of a configuration can be: `set`, `map`, `geo` and `split_clients` say it. */
export class Variables {
  readonly #defined = new Map<string, Directive[]>()
  /** Every `set` by its server and variable. */
  readonly #sets = new Map<Directive | undefined, Map<string, Directive[]>>()
  /** Names that something else gives a value: an expression's group, a script, a subrequest. */
  readonly #others = new Set<string>()
  readonly #hasUnread: (block: Directive | null) => boolean
  #hasScripts = false
  #depth = 0
  /** What each definition gives; while it is being read, it gives what is not known: it may name itself. */
  readonly #values = new Map<Directive, readonly string[]>()
  readonly #near = new Map<Directive | undefined, Map<string, readonly string[]>>()

  constructor(all: readonly Directive[], hasUnread: (block: Directive | null) => boolean) {
    this.#hasUnread = hasUnread
    for (const directive of all) this.#note(directive)
  }

  #note(directive: Directive): void {
    const { name, args, block } = directive
    if (/_by_lua|^js_|^perl|_block$/.test(name)) this.#hasScripts = true
    const variable = isDefinition(directive) ? (name === 'set' ? args[0] : args.at(-1)) : undefined
    if (variable?.startsWith('$')) {
      const key = variable.slice(1)
      add(this.#defined, key, directive)
      if (name === 'set') add(this.#setsOf(directive.within('server')), key, directive)
      return
    }
    if (/_set$|^set_/.test(name) || block !== null) for (const one of args) this.#noteOther(one)
    else if (name === 'rewrite' || name === 'server_name') for (const one of args) this.#noteOther(one)
  }

  #setsOf(server: Directive | undefined): Map<string, Directive[]> {
    const sets = this.#sets.get(server) ?? new Map<string, Directive[]>()
    this.#sets.set(server, sets)
    return sets
  }

  #noteOther(word: string): void {
    if (/^\$\w+$/.test(word)) this.#others.add(word.slice(1))
    for (const [, name] of word.matchAll(/\(\?P?<(\w{1,64})>/g)) if (name !== undefined) this.#others.add(name)
  }

  /** The names of Nginx's variables in a text; the holes of a template are none. */
  in(text: string): string[] {
    return [...text.matchAll(shape)]
      .map(([, braced, bare]) => braced ?? bare ?? '')
      .filter((name) => !this.#isHole(name))
  }

  #isHole(name: string): boolean {
    return isHole(name) && !this.#defined.has(name) && !this.#others.has(name)
  }

  /** Where a variable gets its values. */
  definitions(name: string): readonly Directive[] {
    return this.#defined.get(name) ?? []
  }

  /** Everything that a text can become at this place, at most 64 of it; what is not known stands as `unknown`. */
  expand(text: string, place: Directive): string[] {
    let found = ['']
    let at = 0
    for (const one of text.matchAll(shape)) {
      const plain = text.slice(at, one.index)
      at = one.index + one[0].length
      const values = this.#valuesOf(one[1] ?? one[2] ?? '', place.within('server'))
      found = found.flatMap((before) => values.map((value) => before + plain + value)).slice(0, mostValues)
      if (found.some(({ length }) => length > longest)) return [unknown]
    }
    return [...new Set(found.map((before) => before + text.slice(at)))]
  }

  #valuesOf(name: string, server: Directive | undefined): readonly string[] {
    if (paths.has(name)) return [unknownPath]
    if (name === 'scheme') return server && !hasTls(server) ? ['http'] : ['http', 'https']
    const near = this.#near.get(server) ?? new Map<string, readonly string[]>()
    this.#near.set(server, near)
    const known = near.get(name)
    if (known) return known
    // Whoever asks again meanwhile is asked by this very variable.
    near.set(name, [unknown])
    this.#depth += 1
    const values = this.#depth > deepest ? [unknown] : this.#read(name, server)
    this.#depth -= 1
    near.set(name, values)
    return values
  }

  #read(name: string, server: Directive | undefined): string[] {
    const definitions = this.#inReach(name, server)
    if (definitions.length === 0) return [unknown]
    const values = definitions.flatMap((one) => this.#given(one))
    const isOpen = this.#others.has(name) || (this.#hasScripts && definitions.some((one) => one.name === 'set'))
    return [...new Set(isOpen ? [...values, unknown] : values)].slice(0, mostValues)
  }

  /** A `set` holds for its own server; where none of that server has it, any may be meant. */
  #inReach(name: string, server: Directive | undefined): readonly Directive[] {
    const near = this.#setsOf(server).get(name)
    const all = this.definitions(name)
    if (near) return all[0]?.name === 'set' ? near : [...near, ...all.filter((one) => one.name !== 'set')]
    const others = all[0]?.name === 'set' ? [] : all.filter((one) => one.name !== 'set')
    return others.length > 0 ? others : all.slice(0, mostValues)
  }

  #given(definition: Directive): readonly string[] {
    const known = this.#values.get(definition)
    if (known) return known
    this.#values.set(definition, [unknown])
    const values = this.#readDefinition(definition)
    this.#values.set(definition, values)
    return values
  }

  #readDefinition(definition: Directive): string[] {
    if (definition.name === 'set') return this.expand(definition.args[1] ?? '', definition)
    const values = entriesOf(definition).flatMap(({ value, place }) => this.expand(value, place))
    // What was not looked at may have the default.
    if (this.#hasUnread(definition)) return [...values, unknown]
    return hasDefault(definition) ? values : [...values, '']
  }
}

function add(to: Map<string, Directive[]>, key: string, directive: Directive): void {
  const known = to.get(key)
  if (known) known.push(directive)
  else to.set(key, [directive])
}

/** A server of plain HTTP alone has one scheme. */
const hasTls = (server: Directive) =>
  server.own('listen').some(({ args }) => args.includes('ssl') || args.includes('quic')) || server.has('ssl', 'include')

function isDefinition({ name, block, args }: Directive): boolean {
  if (name === 'set') return block === null && args.length === 2
  return block !== null && (name === 'map' || name === 'geo' || name === 'split_clients')
}

/** Words of `map` and `geo` that are no keys. */
const special = new Set(['hostnames', 'volatile', 'include', 'ranges', 'delete', 'proxy', 'proxy_recursive'])

/** The lines of a `map`, `geo` or `split_clients`: the key, and what it gives. */
export function entriesOf(definition: Directive): { key: string; value: string; place: Directive }[] {
  return (definition.block ?? []).flatMap((place) => {
    const [value] = place.args
    return value === undefined || special.has(place.name) ? [] : [{ key: place.name, value, place }]
  })
}

const hasDefault = (definition: Directive) =>
  definition.name === 'split_clients'
    ? definition.own('*').length > 0
    : entriesOf(definition).some(({ key }) => key === 'default')
