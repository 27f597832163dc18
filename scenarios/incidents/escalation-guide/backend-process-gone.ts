import { escalation } from './_guide.ts'

/** The guide's "backend server offline", first way: the process has ended, its machine is still there. */
export default escalation({
  name: 'backend-process-gone',
  title: 'Backend offline: its process is gone',
  summary:
    'The process of the web server ends. Its container and address stay, so every connection is refused at once.',
  rootCause: 'The server that the proxy asks is down.',
  impact: 'Every page is answered 502.',
  stack: { supervised: true },
  fault: { kind: 'backend-offline', how: 'process', role: 'web' },
  answered: 'http_502',
  steps: {
    logs: { says: 'error messages', names: true },
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
