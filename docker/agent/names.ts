import { Resolver } from 'node:dns'
import type { LookupFunction } from 'node:net'

/** What is used of Node's resolver. */
interface Asked {
  resolve4(host: string, done: (failed: Error | null, addresses?: string[]) => void): void
}

/**
 * Names as the engine's own resolver tells them. The system's function waits 5 s and longer for a service that is down,
 * since the engine then asks a resolver outside that nobody can reach, and four such questions stop all others too.
 */
export function lookupWith(resolver: Asked): LookupFunction {
  return (host, options, done) => {
    const answer = (address: string) => {
      if (options.all) done(null, [{ address, family: 4 }])
      else done(null, address, 4)
    }
    if (host === 'localhost') {
      answer('127.0.0.1')
      return
    }
    resolver.resolve4(host, (failed, [address] = []) => {
      if (address !== undefined) answer(address)
      // Whatever went wrong there: nobody is known by that name.
      else done(Object.assign(new Error(`${host} is not known`, { cause: failed }), { code: 'ENOTFOUND' }), '', 4)
    })
  }
}

// Each time a resolver of its own: one that is kept remembers its answers for as long as the engine says, ten minutes,
// and a server that has lost its name would go on to be found by it.
export const lookup = lookupWith({
  resolve4: (host, done) => new Resolver({ timeout: 300, tries: 2 }).resolve4(host, done),
})
