import { z } from 'zod'
import {
  changedRelease,
  changeInPlace,
  changesBetween,
  currentRelease,
  refusalOf,
  registerRestore,
  servedHash,
} from '../deploy/index.ts'
import { pollUntil } from '../kit/clock.ts'
import { reasonOf } from '../kit/errors.ts'
import {
  type FileContent,
  type Hearer,
  type ProxyService,
  proxyName,
  type Release,
  type Scene,
  type StackDescription,
  shownCertificate,
  upstreamName,
  writeBack,
} from '../stack/index.ts'
import { editsOfGroup, mistakenFiles, type ProxyEdit, proxyEdits } from './edits/proxy-mistakes.ts'
import { defineFault, type Injection, type WitnessObservation } from './fault.ts'

const reachLimitMs = 800
const shakeLimitMs = 1_500
const shownLimitMs = 8_000

/** How it shows: new workers have read it, nobody reads it, or nobody is there. */
type Shows = 'served' | 'refused' | 'down' | 'shown'

const showsBy: Readonly<Record<ProxyEdit, Shows>> = {
  'wrong-port': 'served',
  'wrong-name': 'served',
  'one-wrong': 'served',
  'no-resolver': 'served',
  'broken-reload': 'refused',
  'broken-restart': 'down',
  'expired-certificate': 'shown',
  'unreadable-file': 'refused',
}

/** What there is to look for. */
interface Looked {
  shows: Shows
  /** Of the release with the mistake. */
  hash?: string
  /** When it had been started before it was stopped: who has not tried to start it again knows nothing. */
  startedAt?: string
}

/** Mistakes in the files of any proxy, found by what they mean and not by how they are called. */
export const proxyFiles = defineFault({
  kind: 'proxy-files',
  about:
    "Puts a mistake into the proxy's own files and reloads it: servers, resolver, certificate, syntax, permission.",
  fields: {
    /**
     * `wrong-port`, `wrong-name`: all servers of a group; `one-wrong`: one of them. `no-resolver`: names are looked up
     * where nobody answers. `broken-reload`: refused, and old workers go on in silence. `broken-restart`: refused, and
     * the proxy does not come up. `expired-certificate`. `unreadable-file`: nobody may read the file of the site.
     */
    edit: z.enum(proxyEdits),
    /** The group of `wrong-port`, `wrong-name` and `one-wrong`. */
    role: upstreamName.optional(),
    /** Number of the server of `one-wrong`, in the order of the configuration. */
    server: z.int().min(1).default(1),
    service: proxyName,
  },
  refuse: ({ edit, role }) => {
    const isLacking = editsOfGroup.includes(edit) && role === undefined
    return isLacking ? [{ path: 'role', what: `'${edit}' is about the servers of a group: name it` }] : []
  },
  make: ({ edit, role = '', server, service }) => {
    const looked: Looked = { shows: showsBy[edit] }
    return {
      inject: async (scene, hearer) => {
        const proxy = scene.stack.proxy(service)
        const current = await currentRelease(scene, proxy)
        const { port } = proxy
        const taken = takenIn(scene.stack.description)
        const found = mistakenFiles(current, { edit, role, server, port, taken })
        if ('because' in found) return rejected(found.because)
        const changed = changedRelease(current, 'the update', found.files)
        looked.hash = changed.hash
        if (looked.shows === 'served' && found.isRefused) looked.shows = 'refused'
        const went = await ways[looked.shows](scene, proxy, { current, changed, files: found.files, looked, hearer })
        const evidence = { edit, said: found.said, ...went.evidence }
        return { ...went, because: `${found.said}: ${went.because}`, evidence }
      },
      witness: {
        name: 'which configuration the workers answer by, what nginx -t says to the files, and what a handshake shows',
        see: (scene) => look(scene, scene.stack.proxy(service), looked),
      },
    }
  },
})

const rejected = (because: string): Injection => ({ outcome: 'rejected', because, acts: [], evidence: {} })

/** Why these files cannot have this mistake; undefined: they can. Pure. */
export function unfitFor(
  current: Release,
  { edit, role = '', server }: { edit: ProxyEdit; role?: string | undefined; server: number },
  description: StackDescription,
): string | undefined {
  const { port } = description.proxy
  const found = mistakenFiles(current, { edit, role, server, port, taken: takenIn(description) })
  return 'because' in found ? found.because : undefined
}

function takenIn({ can: { scriptable }, upstreams }: StackDescription): number[] {
  const groups = Object.values(upstreams).map(({ port }) => port)
  return [...groups, ...(scriptable ? [scriptable.port] : [])]
}

interface Going {
  current: Release
  changed: Release
  files: readonly FileContent[]
  looked: Looked
  hearer: Hearer | undefined
}

type Way = (scene: Scene, proxy: ProxyService, going: Going) => Promise<Injection>

const reloaded: Way = (scene, proxy, { changed, hearer }) => changeInPlace(scene, proxy, changed, hearer)

const ways: Readonly<Record<Shows, Way>> = {
  served: reloaded,
  shown: reloaded,
  refused: async (scene, proxy, going) => {
    await put(scene, proxy, going, 'HUP')
    await proxy.signal('HUP')
    return await untilShown(scene, proxy, going)
  },
  down: async (scene, proxy, going) => {
    const { name, containerId: container } = proxy
    await scene.registerUndo({ verb: 'restart', container }, `start ${name} with the files that it had`)
    await put(scene, proxy, going, null)
    await proxy.stop()
    going.looked.startedAt = (await proxy.state()).startedAt
    // One that its policy starts again and again says so late: who looks knows sooner.
    const up = proxy.start().then(() => 'it came up', reasonOf)
    const shown = await untilShown(scene, proxy, going)
    return shown.outcome === 'in-force' ? shown : rejected(await up)
  },
}

/** Writes the files as they are, without looking whether Nginx accepts them. */
async function put(scene: Scene, proxy: ProxyService, { current, changed, files }: Going, signal: 'HUP' | null) {
  const owned = files.filter((file) => file.owned)
  if (owned.length > 0) {
    const held = await proxy.readFiles(owned.map(({ path }) => path))
    await scene.registerUndo(writeBack(proxy, held, signal), `let ${proxy.name} read its files again`)
    // As it lies there, with whatever the harness has added to it.
    const closed = held.map((one, at) => {
      const { owned: to } = owned[at] ?? {}
      return { ...one, ...(to ? { owned: to } : {}) }
    })
    await proxy.writeFiles(closed)
  } else {
    await registerRestore(scene, proxy, current, changed, signal)
    await proxy.writeFiles(changesBetween(current, changed))
  }
  scene.releases.record(changed)
}

async function untilShown(scene: Scene, proxy: ProxyService, { looked }: Going): Promise<Injection> {
  const isShown = async () => {
    const seen = await look(scene, proxy, looked)
    return seen.present ? seen : undefined
  }
  const limits = { withinMs: shownLimitMs, everyMs: 50, clock: scene.clock, signal: scene.signal }
  const shown = await pollUntil(isShown, limits)
  if (!shown) return rejected((await look(scene, proxy, looked)).because)
  return { outcome: 'in-force', because: shown.because, acts: [], evidence: {} }
}

const looks: Readonly<
  Record<Shows, (scene: Scene, proxy: ProxyService, looked: Looked) => Promise<WitnessObservation>>
> = {
  served: async (_scene, proxy, { hash }) => {
    const served = await servedHash(proxy)
    return { present: served === hash, because: `the workers of ${proxy.name} serve release ${served}` }
  },
  refused: async (_scene, proxy) => {
    const refused = await refusalOf(proxy, proxy.place.config)
    const served = await servedHash(proxy)
    const goesOn = `its workers go on with release ${served}`
    if (refused === undefined) return { present: false, because: `nginx -t accepts the files of ${proxy.name}` }
    const silent = `nginx -t refuses the files of ${proxy.name} (${refused}), and ${goesOn}`
    return { present: served !== 'no answer', because: silent }
  },
  down: async ({ stack }, proxy, { startedAt: before }) => {
    const { running, restartCount, exitCode, restartPolicy, startedAt } = await proxy.state()
    const { address: host, port } = proxy
    const { reachable, because } = await stack.agent.reach({ host, port, timeoutMs: reachLimitMs })
    const again = restartPolicy === 'no' ? '' : `, started again ${restartCount} times by its policy`
    const is = running ? 'runs' : `does not run (exit code ${exitCode}${again})`
    // Its policy may start it in vain again and again: then it runs for a moment each time.
    const isDown = !running || restartCount > 0
    return {
      present: !reachable && isDown && startedAt !== before,
      because: `${proxy.name} ${is}; port ${port}: ${because}`,
    }
  },
  shown: async ({ stack, clock }, { name, address: host, port }) => {
    const [agent] = stack.byRole('agent')
    const exec = agent?.exec ?? stack.inside(name).exec
    const shown = await shownCertificate(exec, { host, port, timeoutMs: shakeLimitMs, now: clock.wall() })
    if ('because' in shown) return { present: false, because: `${name} shows no certificate: ${shown.because}` }
    const { isExpired, validTo, name: of } = shown
    return { present: isExpired, because: `${name} shows a certificate of ${of}, good until ${validTo}` }
  },
}

const look = (scene: Scene, proxy: ProxyService, looked: Looked) => looks[looked.shows](scene, proxy, looked)
