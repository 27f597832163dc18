import { escalation } from './_guide.ts'

/** The guide's firewall: only what opens a connection is swallowed. */
export default escalation({
  name: 'firewall-drop-new',
  title: 'Firewall: only new connections are swallowed',
  summary:
    'A packet filter at the proxy swallows what opens a connection to the web server. Connections that are open live ' +
    'on, so that users notice nothing until one of them ends.',
  rootCause: 'A firewall rule between the proxy and the server.',
  impact: 'No page fails at first; all of them after a restart of the server.',
  fault: { kind: 'packet-filter', how: 'drop-new', at: 'proxy', role: 'web' },
  answered: 'http_504',
  steps: {
    logs: { says: 'nothing unusual' },
    status: { says: 'all operational' },
    restart: 'makes worse',
    path: { says: 'upstreams unreachable', does: 'no effect' },
    firewall: { says: 'foreign rules', names: true, does: 'cures' },
    // Filtered anew, nobody notices until a connection is needed: there is nothing to mend.
    scale: { says: 'usual traffic', does: 'measured' },
  },
  prevention: {
    measure: 'connectivity-monitoring',
    // Nobody else asks from where the filter stands, and the proxy itself needs no new connection for a while.
    check: {
      probe: { kind: 'network-checks' },
      finds: 'not clean',
      title: 'A new connection from the proxy to each server, at regular times',
    },
    mend: { kind: 'open-firewall' },
    by: 'the rule is taken away',
    expect: 'prevents',
  },
})
