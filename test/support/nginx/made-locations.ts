/** A server of locations that were made at random, and paths to ask it for. */
export interface MadeServer {
  readonly host: string
  readonly text: string
  readonly paths: readonly string[]
}

interface Wanted {
  readonly port: number
  /** Nobody listens there. */
  readonly dead: number
  readonly count: number
  readonly paths: number
}

/** The same servers at each call: numbers come from a generator that begins at one (mulberry32). */
export function madeServers({ port, dead, count, paths }: Wanted): MadeServer[] {
  const next = numbers(1)
  const pick = <Value>(from: readonly Value[]): Value | undefined => from[Math.floor(next() * from.length)]
  const word = (most: number) => {
    return Array.from({ length: 1 + Math.floor(next() * most) }, () => pick(['a', 'b', 'A', '/', '/a'])).join('')
  }
  const path = () => `/${word(4)}`.replace(/\/{2,}/g, '/')
  // What stands in an expression is found by expressions alone: a path would have to begin with its signs.
  const block = (outer: string | null, depth: number): string => {
    const seen = new Set<string>()
    return Array.from({ length: 2 + Math.floor(next() * 5) }, () => {
      const sign = pick(outer === null ? ['~', '~*'] : ['', '', '', '=', '^~', '~', '~*']) ?? ''
      const isPattern = sign.startsWith('~')
      const name = isPattern
        ? `${pick(['', '^/', '/'])}${word(2)}${pick(['', '$'])}`
        : outer + (depth > 0 ? word(2) : path().slice(1))
      const key = `${isPattern ? sign : sign === '='} ${name}`
      if (seen.has(key)) return ''
      seen.add(key)
      const canNest = depth < 2 && sign !== '=' && next() < 0.4
      const inner = canNest ? block(isPattern ? null : name, depth + 1) : ''
      // Only what passes on answers 301 without its last stroke.
      const does = !isPattern && next() < 0.4 ? `proxy_pass http://127.0.0.1:${dead};` : 'return 200;'
      const at = `${depth} ${outer} ${sign} ${name}`.replaceAll('$', 'end')
      return `location ${sign} ${name} { add_header X-At "${at}" always; ${does} ${inner} }\n`
    }).join('')
  }
  return Array.from({ length: count }, (_, index) => {
    const host = `made-${index}.test`
    const head = `listen 127.0.0.1:${port}; server_name ${host}; add_header X-At server always;`
    const text = `server { ${head}\n${block('/', 0)} }`
    return { host, text, paths: Array.from({ length: paths }, path) }
  })
}

function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
