import { emptyFirewall, lookAround } from '../stack/index.ts'
import { defineRemedy } from './remedy.ts'

/** Takes away what stands between the proxy and the servers and is not specified. */
export const openFirewall = defineRemedy({
  kind: 'open-firewall',
  about: 'Takes away every packet filter rule around proxy and backends: none is specified.',
  fields: {},
  make: () => ({
    apply: async ({ stack }) => {
      const foreign = (await lookAround(stack)).filter(({ rules }) => rules.length > 0)
      if (foreign.length === 0) {
        return { ok: true, changed: false, because: 'there is no rule to take away', evidence: { removed: [] } }
      }
      const left = await Promise.all(foreign.map(({ service }) => emptyFirewall(stack, service)))
      const still = left.filter(({ rules }) => rules.length > 0)
      const removed = foreign.map(({ service, rules }) => `${service}: ${rules.join(' | ')}`)
      const because = still.length === 0 ? `taken away: ${removed.join('; ')}` : `still there: ${JSON.stringify(still)}`
      return { ok: still.length === 0, changed: true, because, evidence: { removed } }
    },
  }),
})
