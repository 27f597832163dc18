import { reasonOf } from '../../kit/errors.ts'
import { ports } from '../../protocol/index.ts'
import type { Service } from '../../stack/index.ts'
import { defineProbe, type View } from '../probe.ts'

const askLimitMs = 2_000

/** The servers behind the proxy, one by one, asked past it. */
export const upstreamServices = defineProbe({
  kind: 'upstream-services',
  about: 'Asks every server behind the proxy directly: all respond, one unresponsive, several unresponsive, or all.',
  finds: ['all respond', 'one unresponsive', 'several unresponsive', 'all unresponsive'],
  fields: {},
  make: () => ({
    look: async ({ stack }) => {
      const services = [...stack.byRole('web'), ...stack.byRole('api')]
      const answers = await Promise.all(services.map((service) => ask(stack, service)))
      const dead = answers.filter(({ well }) => !well)
      const some = dead.length === 1 ? 'one unresponsive' : 'several unresponsive'
      const finding = dead.length === 0 ? 'all respond' : dead.length === answers.length ? 'all unresponsive' : some
      const because = answers.map(({ name, said }) => `${name}: ${said}`).join('; ')
      return { finding, because, evidence: { unresponsive: dead.map(({ name }) => name), asked: answers.length } }
    },
  }),
})

async function ask({ agent }: View['stack'], { name }: Service) {
  const wish = { host: name, port: ports.site, path: '/healthz', timeoutMs: askLimitMs }
  const said = await agent.forward(wish).then(({ status }) => String(status), reasonOf)
  return { name, said, well: said === '200' }
}
