import type { Service } from '../../src/stack/types.ts'
import { type FakeScene, fakeScene } from './fake-stack.ts'
import { quickClock } from './quick-clock.ts'

/** How a proxy can be patched on a fake stack. */
interface Patchable {
  measures?: readonly string[]
  /** What the containers' Nginx says of itself, before and after: null for one that says nothing. */
  versions?: [was: string | null, is: string]
  /** Connections that the old proxy tells, one answer after the other; the last one stays. */
  connections?: number[]
}

/** A scene whose proxy can be patched; with `drain-and-swap` there is a switch in front of it. */
export async function patchableScene(wish: Patchable = {}): Promise<FakeScene> {
  const { measures = [], versions: [was, is] = ['1.22.1', '1.26.3'], connections = [3, 1] } = wish
  const scene = { ...fakeScene(measures), clock: quickClock() }
  const { stack } = scene
  if (measures.includes('drain-and-swap')) {
    await stack.addProxy('edge', { files: [], hash: 'proxy good' })
  }
  says(stack.service('proxy'), () => (stack.replaced.length > 0 ? is : was))
  const { addProxy } = stack
  stack.addProxy = async (name, files, image) => {
    const added = await addProxy(name, files, image)
    says(added, () => is)
    return added
  }
  const { forward } = stack.agent
  stack.agent.forward = (wish) => {
    if (wish.path !== '/stub_status') return forward(wish)
    const body = `Active connections: ${connections.length > 1 ? connections.shift() : connections[0]} \n`
    return Promise.resolve({ status: 200, headers: {}, body, ms: 1 })
  }
  endsOnQuit(stack.service('proxy'))
  return scene
}

function says(service: Service, version: () => string | null): void {
  const others = service.exec.bind(service)
  const exec: Service['exec'] = (argv, options) => {
    if (!argv.includes('-v')) return others(argv, options)
    const said = version()
    return Promise.resolve({ code: 0, output: said === null ? '' : `nginx version: nginx/${said}\n` })
  }
  Object.assign(service, { exec })
}

function endsOnQuit(service: Service): void {
  const { signal, stop } = service
  Object.assign(service, { signal: (name: Parameters<typeof signal>[0]) => (name === 'QUIT' ? stop() : signal(name)) })
}
