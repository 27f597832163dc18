import { theReview } from './_cause.ts'
import { escalation } from './_guide.ts'

/** The guide's "container issues": it starts without its environment. */
export default escalation({
  name: 'container-without-environment',
  title: 'Container: it starts without its environment',
  summary:
    'The API was started without the address of its database. It runs, and answers 503 to whatever needs the database.',
  rootCause: 'A misconfigured container.',
  impact: 'Every request to the API is answered 503.',
  failing: 'api',
  fault: { kind: 'misconfigured-container', what: 'no-environment', role: 'api' },
  // The server itself says 503; while its container is replaced or started again nobody is there, which is 502.
  steps: {
    logs: { says: 'failed answers' },
    status: { says: 'failing' },
    restart: 'no effect',
    path: { says: 'container is not as specified', names: true, does: 'cures' },
    firewall: { says: 'no foreign rules', does: 'no effect' },
    scale: { says: 'usual traffic', does: 'no effect' },
  },
  prevention: {
    ...theReview,
    mend: { kind: 'recreate-service' },
    by: 'the right container is brought back',
  },
})
