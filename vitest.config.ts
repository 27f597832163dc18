import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'

const incidents = 'test/docker/incidents'
/** Unit tests that measure time or CPU: each file in a process of its own, and none beside it. */
const measured = ['docker/backend', 'docker/backend-next', 'load', 'run'].map(
  (room) => `test/unit/${room}/**/*.test.ts`,
)
/** Too exact about time, too heavy, or too exact about CPU and rates to have another of these beside it. */
const exact = [
  'test/docker/offline-timings.test.ts',
  ...[
    'balancing-measures',
    'misconfigured-load-balancing',
    'spike-measures',
    'too-much-traffic',
    'traffic-spike-memory-leak',
  ].map((name) => `${incidents}/${name}.test.ts`),
]
/** The guide's causes, one after the other: light enough for one to run beside any of the others. */
const guide = (which: string) => `${incidents}/escalation-guide-${which}.test.ts`
/** Of these three at once are not too late for what they ask. */
const patient = [
  ...['server-faults', 'undo'].map((name) => `test/contract/${name}.test.ts`),
  ...['blue-green', 'disarmed', 'guard*', 'images', 'pack', 'rules', 'safety', 'services', 'sweep'].map((name) => {
    return `test/docker/${name}.test.ts`
  }),
]

/** Tests with real containers: these files, so many at once, when the groups before have ended. */
function onDocker(name: string, groupOrder: number, files: { include: string[]; exclude?: string[]; atOnce: number }) {
  const { include, exclude = [], atOnce } = files
  const limits = { testTimeout: 240_000, hookTimeout: 420_000 }
  // Each run is a process of its own: what one has compiled the next need not compile again.
  const env = { NODE_COMPILE_CACHE: join(tmpdir(), 'badgateway-test-compiled') }
  return { test: { name, include, exclude, ...limits, env, maxWorkers: atOnce, sequence: { groupOrder } } }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/house.test.ts', 'test/unit/**/*.test.ts'],
          exclude: measured,
          testTimeout: 5_000,
          // Modules are loaded once a worker and not once a file: a fourth of the time.
          isolate: false,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'measured',
          include: measured,
          testTimeout: 5_000,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      onDocker('docker', 2, { include: patient, atOnce: 3 }),
      onDocker('incidents', 3, {
        include: ['test/contract/**/*.test.ts', 'test/docker/**/*.test.ts'],
        exclude: [...exact, ...patient, guide('containers')],
        atOnce: 3,
      }),
      onDocker('exact', 4, { include: [guide('containers'), ...exact], atOnce: 2 }),
    ],
  },
})
