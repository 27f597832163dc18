import { type BehaviourSpec, behaviourNames, behaviourSpec } from '../protocol/index.ts'
import {
  addBehaviour,
  behaviourOf,
  type Scene,
  type Server,
  sameServers,
  signsOf,
  theseServers,
  whichServers,
} from '../stack/index.ts'
import { defineFault, observationOfAll, type WitnessObservation } from './fault.ts'

/** Whatever scriptable servers can be told to do wrong. */
export const backendBehaviour = defineFault({
  kind: 'backend-behaviour',
  about: 'Tells servers to behave badly: latency, hang, status, reset, truncated-body, header-size and so on.',
  fields: {
    /** Settings by behaviour, as in docker/README.md: `{ latency: { ms: 800 } }`. Added to what is in force. */
    behaviour: behaviourSpec.refine((wanted) => Object.keys(wanted).length > 0, 'names no behaviour'),
    ...whichServers,
  },
  needs: ['scriptable'],
  make: ({ behaviour, ...which }) => {
    const meant = sameServers(which)
    return {
      inject: async (scene) => {
        const servers = theseServers(scene.stack, which)
        await Promise.all(servers.map((server) => addBehaviour(scene, server, behaviour)))
        const names = servers.map(({ name }) => name)
        const because = `${names.join(', ')}: ${JSON.stringify(behaviour)}`
        return { outcome: 'in-force', because, acts: [], evidence: { servers: names, behaviour } }
      },
      witness: {
        name: 'a request to each server, past the proxy',
        see: async (scene) => {
          return observationOfAll(await Promise.all(meant(scene.stack).map((server) => look(scene, server, behaviour))))
        },
      },
    }
  },
})

/** It says that it behaves so, and where that can show in an answer, it does. */
async function look(scene: Scene, server: Server, wanted: BehaviourSpec): Promise<WitnessObservation> {
  const { visible, shown, because } = await signsOf(scene, server, wanted)
  const told = await behaviourOf(scene, server).catch(() => undefined)
  const says = behaviourNames.filter((name) => wanted[name] !== undefined).every((name) => told?.[name] !== undefined)
  const words =
    told === undefined ? 'its control port does not answer' : `it ${says ? 'says' : 'does not say'} so itself`
  const present = says && (visible.length === 0 || shown.length > 0)
  return { present, because: `${server.name}: ${because}, and ${words}` }
}
