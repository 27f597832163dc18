import { escalation } from './_guide.ts'

/** The guide's "backend server offline", second way: the process lives and listens no more. */
export default escalation({
  name: 'backend-port-closed',
  title: 'Backend offline: its port is closed',
  summary:
    'The process of the web server lives and answers on its control port, and nothing listens on the port of the site.',
  rootCause: 'The server that the proxy asks does not listen.',
  impact: 'Pages are answered 502 as soon as the connections that were open are used up.',
  fault: { kind: 'backend-behaviour', behaviour: { 'closed-port': { connections: 'end' } }, role: 'web' },
  answered: 'http_502',
  steps: {
    logs: { says: 'no requests arrive' },
    status: { says: 'not listening', names: true },
    restart: 'cures',
    path: { says: 'upstreams unreachable', does: 'no effect' },
    firewall: { says: 'no foreign rules', does: 'no effect' },
    scale: { says: 'usual traffic', does: 'cures' },
  },
  prevention: {
    measure: 'connectivity-monitoring',
    alert: 'ServerUnreachable',
    mend: { kind: 'restart-service', service: 'web-1' },
    by: 'the server is restarted',
  },
})
