import { junitReporter } from '../junit/junit.ts'
import type { GroupReporter } from '../reporter.ts'

/** For CI: the suites of all runs in one file. */
export const groupJunitReporter: GroupReporter = {
  name: 'junit',
  file: 'junit.xml',
  write: ({ incidents, lacks = [] }) =>
    junitReporter.write({ variants: incidents.flatMap(({ run }) => run.variants), lacks }),
}
