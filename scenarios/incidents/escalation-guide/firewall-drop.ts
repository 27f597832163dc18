import { escalation } from './_guide.ts'

/** The guide's firewall: every packet is swallowed. */
export default escalation({
  name: 'firewall-drop',
  title: 'Firewall: packets are swallowed',
  summary: 'A packet filter at the proxy swallows whatever is sent to the web server, which is well.',
  rootCause: 'A firewall rule between the proxy and the server.',
  impact: 'Every page waits for proxy_connect_timeout and is answered 504.',
  fault: { kind: 'packet-filter', how: 'drop', at: 'proxy', role: 'web' },
  answered: 'http_504',
  steps: {
    logs: { says: 'no requests arrive' },
    status: { says: 'all operational' },
    restart: 'no effect',
    path: { says: 'upstreams unreachable', does: 'no effect' },
    firewall: { says: 'foreign rules', names: true, does: 'cures' },
    scale: { says: 'usual traffic', does: 'cures' },
  },
  prevention: {
    measure: 'connectivity-monitoring',
    alert: 'GatewayCannotReachServer',
    mend: { kind: 'open-firewall' },
    by: 'the rule is taken away',
  },
})
