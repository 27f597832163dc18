import { escalation } from './_guide.ts'

/** The guide's "container issues": nobody finds it by its name. */
export default escalation({
  name: 'container-wrong-name',
  title: 'Container: it has the wrong name on the network',
  summary:
    'The web server was started with another network alias. The proxy looks names up as requests come, and finds none.',
  rootCause: 'A misconfigured container.',
  impact: 'Every page is answered 502.',
  stack: { overlays: ['dynamic-names'] },
  fault: { kind: 'misconfigured-container', what: 'wrong-name', role: 'web' },
  answered: 'http_502',
  steps: {
    logs: { says: 'no requests arrive' },
    status: { says: 'all operational' },
    restart: 'no effect',
    path: { says: 'container is not as specified', names: true, does: 'cures' },
    firewall: { says: 'no foreign rules', does: 'no effect' },
    scale: { says: 'usual traffic', does: 'fails' },
  },
  prevention: {
    measure: 'connectivity-monitoring',
    alert: 'ServerUnreachable',
    mend: { kind: 'recreate-service' },
    by: 'the right container is brought back',
  },
})
