import { defineProbe } from '../probe.ts'

const askLimitMs = 2_000

/** The servers behind the proxy, one by one, asked past it. */
export const upstreamServices = defineProbe({
  kind: 'upstream-services',
  about: 'Asks every server behind the proxy directly: all respond, one unresponsive, several unresponsive, or all.',
  finds: ['all respond', 'one unresponsive', 'several unresponsive', 'all unresponsive'],
  fields: {},
  make: () => ({
    look: async ({ stack }) => {
      const answers = await Promise.all(
        stack.servers().map(async ({ name, health, ask }) => {
          const { status, because } = await ask(health, { timeoutMs: askLimitMs })
          return { name, said: status === null ? because : String(status) }
        }),
      )
      const dead = answers.filter(({ said }) => said !== '200')
      const some = dead.length === 1 ? 'one unresponsive' : 'several unresponsive'
      const finding = dead.length === 0 ? 'all respond' : dead.length === answers.length ? 'all unresponsive' : some
      const because = answers.map(({ name, said }) => `${name}: ${said}`).join('; ')
      return { finding, because, evidence: { unresponsive: dead.map(({ name }) => name), asked: answers.length } }
    },
  }),
})
