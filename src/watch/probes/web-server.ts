import { reasonOf } from '../../kit/errors.ts'
import { proxyName } from '../../stack/index.ts'
import { defineProbe } from '../probe.ts'

const askLimitMs = 2_000

/** The first look of anybody on call: is it the web server itself? */
export const webServer = defineProbe({
  kind: 'web-server',
  about: 'Looks at the proxy itself: its container, its own status page, its configuration: operational, or not.',
  finds: ['operational', 'not operational'],
  fields: { service: proxyName },
  make: ({ service }) => ({
    look: async ({ stack }) => {
      const proxy = stack.proxy(service)
      const { instrumented } = proxy
      const status = instrumented
        ? proxy.ask(instrumented.counters, { port: instrumented.port, timeoutMs: askLimitMs })
        : proxy.ask('/', { timeoutMs: askLimitMs })
      const [{ running, startedAt }, answered, tested] = await Promise.all([
        proxy.state(),
        status.then((answer) => answer.status ?? answer.because),
        proxy
          .exec([...(proxy.place.program ?? ['nginx']), '-t'])
          .catch((thrown: unknown) => ({ code: -1, output: reasonOf(thrown) })),
      ])
      const answers = instrumented ? answered === 200 : typeof answered === 'number'
      const isWell = running && answers && tested.code === 0
      const words = [
        running ? `runs since ${startedAt}` : 'its container has ended',
        `its ${instrumented ? 'status' : 'first'} page: ${answered}`,
        tested.code === 0 ? 'its configuration is valid' : `its configuration: ${tested.output.trim().slice(-200)}`,
      ]
      const evidence = { running, startedAt, status: answered, configuration: tested.code === 0 }
      return { finding: isWell ? 'operational' : 'not operational', because: words.join('; '), evidence }
    },
  }),
})
