import { ownOf } from '../../kit/own.ts'
import type { Capabilities, StackDescription } from './description.ts'

export type Capability = keyof Capabilities | 'database' | 'monitoring'

const words: Readonly<Record<Capability, string>> = {
  scriptable: 'servers that can be told to misbehave',
  supervised: 'servers whose process can end without its container (stack.supervised)',
  instrumented: 'a proxy that tells its release and its counters',
  logged: 'an access log as JSON',
  versioned: 'releases of its servers',
  growing: 'services that may join while it is up',
  edge: 'a switch in front of its proxy',
  cache: 'a cache in its proxy',
  database: 'a database',
  monitoring: 'monitoring',
}

/** What a stack of this description lacks of all that is needed, in words; empty: nothing. */
export function lacking(description: StackDescription, needs: readonly string[]): string[] {
  const { can, database, monitoring } = description
  const has = new Map<string, unknown>(Object.entries({ ...can, database, monitoring }))
  return [...new Set(needs)].filter((need) => has.get(need) === undefined).map((need) => ownOf(words, need) ?? need)
}
