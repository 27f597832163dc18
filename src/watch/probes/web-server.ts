import { z } from 'zod'
import { reasonOf } from '../../kit/errors.ts'
import { ports } from '../../protocol/index.ts'
import { defineProbe } from '../probe.ts'

const askLimitMs = 2_000

/** The first look of anybody on call: is it the web server itself? */
export const webServer = defineProbe({
  kind: 'web-server',
  about: 'Looks at the proxy itself: its container, its own status page, its configuration: operational, or not.',
  finds: ['operational', 'not operational'],
  fields: { service: z.string().default('proxy') },
  make: ({ service }) => ({
    look: async ({ stack }) => {
      const proxy = stack.service(service)
      const status = stack.agent.forward({
        host: proxy.name,
        port: ports.proxyStatus,
        path: '/stub_status',
        timeoutMs: askLimitMs,
      })
      const [{ running, startedAt }, answered, tested] = await Promise.all([
        proxy.state(),
        status.then(
          (answer) => answer.status,
          (thrown: unknown) => reasonOf(thrown),
        ),
        proxy.exec(['nginx', '-t']).catch((thrown: unknown) => ({ code: -1, output: reasonOf(thrown) })),
      ])
      const isWell = running && answered === 200 && tested.code === 0
      const words = [
        running ? `runs since ${startedAt}` : 'its container has ended',
        `its status page: ${answered}`,
        tested.code === 0 ? 'its configuration is valid' : `its configuration: ${tested.output.trim().slice(-200)}`,
      ]
      const evidence = { running, startedAt, status: answered, configuration: tested.code === 0 }
      return { finding: isWell ? 'operational' : 'not operational', because: words.join('; '), evidence }
    },
  }),
})
