import { lookAround } from '../../stack/index.ts'
import { defineProbe } from '../probe.ts'

/** Does a firewall stand between the proxy and the servers? */
export const firewallRules = defineProbe({
  kind: 'firewall-rules',
  about: 'Lists the packet filters around proxy and backends: foreign rules, or no foreign rules.',
  finds: ['foreign rules', 'no foreign rules'],
  fields: {},
  make: () => ({
    look: async ({ stack }) => {
      const found = await lookAround(stack)
      const looked = found.map(({ service }) => service)
      const told = found
        .filter(({ rules }) => rules.length > 0)
        .map(({ service, rules }) => `${service}: ${rules.join(' | ')}`)
      return {
        finding: told.length > 0 ? 'foreign rules' : 'no foreign rules',
        because: told.join('; ') || `no rule in the packet filters of ${looked.join(', ')}`,
        evidence: { looked, rules: told },
      }
    },
  }),
})
