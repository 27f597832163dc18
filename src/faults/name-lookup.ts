import { z } from 'zod'
import { currentRelease, structureOf } from '../deploy/index.ts'
import { pollUntil } from '../kit/clock.ts'
import { mislead, type Scene } from '../stack/index.ts'
import { defineFault, type WitnessObservation } from './fault.ts'

const askLimitMs = 2_500
const shownLimitMs = 5_000

/** Of the network that it stands on: an address there that no container is given early. */
const nobodysNumber = 253

/** One name that one service asks for: the others find it as before. */
export const nameLookup = defineFault({
  kind: 'name-lookup',
  about: 'For one service one name is not found, or is found at an address where no container is.',
  fields: {
    /** Who asks: the proxy, or a server. */
    service: z.string(),
    host: z.string().regex(/^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$/, 'no name of a host'),
    how: z.enum(['gone', 'wrong']),
  },
  make: ({ service: name, host, how }) => {
    const look = (scene: Scene) => lookUp(scene, name, host, how)
    return {
      inject: async (scene) => {
        const service = scene.stack.service(name)
        const before = await ask(scene, name, host)
        if (before.address === undefined) {
          const because = `${name} did not find ${host} before: ${before.said}`
          return { outcome: 'rejected', because, acts: [], evidence: {} }
        }
        await mislead(scene, service, { host, address: how === 'gone' ? null : wrongAddress(service.address) })
        const isShown = async () => ((await look(scene)).present ? true : undefined)
        const limits = { withinMs: shownLimitMs, everyMs: 50, clock: scene.clock, signal: scene.signal }
        const shown = await pollUntil(isShown, limits)
        const { because } = await look(scene)
        const evidence = { service: name, host, before: before.address }
        if (!shown) return { outcome: 'rejected', because, acts: [], evidence }
        return { outcome: 'in-force', because: `${because}; ${await whenItMatters(scene, name)}`, acts: [], evidence }
      },
      witness: { name: 'the resolver, asked from beside who asks', see: look },
    }
  },
})

const wrongAddress = (own: string) => own.replace(/\d+$/, String(nobodysNumber))

/** A name in an `upstream` is looked up as the configuration is read; only a `resolver` looks again. */
async function whenItMatters(scene: Scene, name: string): Promise<string> {
  const { stack } = scene
  if (!stack.byRole('proxy').some((proxy) => proxy.name === name)) return 'it matters when the name is asked for again'
  const release = await currentRelease(scene, stack.proxy(name))
  const resolvers = structureOf(release).find(({ name: directive }) => directive === 'resolver')
  return resolvers.length > 0
    ? 'it matters to names in variables once the resolver forgets them, and to the others with the next reload'
    : 'it has no `resolver`: it goes on with the addresses that it knows, and it matters with the next reload'
}

async function lookUp(scene: Scene, name: string, host: string, how: 'gone' | 'wrong'): Promise<WitnessObservation> {
  const { address, said } = await ask(scene, name, host)
  const isWrong = address !== undefined && address === wrongAddress(scene.stack.service(name).address)
  const present = how === 'gone' ? said === 'ENOTFOUND' : isWrong
  return { present, because: `${name} asks for ${host}: ${said}` }
}

/** The name is an argument, never part of the program. It asks the resolver alone, and no file of names. */
const asking = `const { Resolver } = require('node:dns')
const [host, timeout] = process.argv.slice(1)
new Resolver({ timeout: Number(timeout), tries: 1 }).resolve4(host, (error, found = []) => {
  console.log(error ? error.code : found[0] ?? 'ENODATA')
})`

async function ask({ stack }: Scene, name: string, host: string): Promise<{ address?: string; said: string }> {
  const { output } = await stack.inside(name).exec(['node', '-e', asking, host, String(askLimitMs)])
  const said = output.trim()
  return /^\d+(\.\d+){3}$/.test(said) ? { address: said, said } : { said: said.slice(0, 100) }
}
