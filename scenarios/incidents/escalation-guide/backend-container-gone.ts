import { escalation } from './_guide.ts'

/** The guide's "backend server offline", third way: the container is stopped, and nobody has its address. */
export default escalation({
  name: 'backend-container-gone',
  title: 'Backend offline: its container is gone',
  summary:
    'The container of the web server is stopped. Its address is not in use, so that nothing refuses a connection.',
  rootCause: 'The server that the proxy asks is down.',
  impact: 'Every page waits for the connect timeout and is answered 504, or 502 when the kernel gives up first.',
  fault: { kind: 'backend-offline', how: 'container', role: 'web' },
  answered: 'http_504',
  steps: {
    logs: { says: 'no requests arrive' },
    status: { says: 'not running', names: true },
    restart: 'cures',
    path: { says: 'upstreams unreachable', does: 'no effect' },
    firewall: { says: 'no foreign rules', does: 'no effect' },
    // nginx -t refuses to add a server while another one's name does not resolve.
    scale: { says: 'usual traffic', does: 'fails' },
  },
  prevention: {
    measure: 'connectivity-monitoring',
    alert: 'ServerUnreachable',
    mend: { kind: 'restart-service', service: 'web-1' },
    by: 'the container is started',
  },
})
