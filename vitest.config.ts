import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'

const replays = 'test/docker/incidents/**/*.test.ts'

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/house.test.ts', 'test/unit/**/*.test.ts'],
          testTimeout: 5_000,
          // Modules are loaded once a worker and not once a file: a fourth of the time.
          isolate: false,
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'docker',
          include: ['test/contract/**/*.test.ts', 'test/docker/**/*.test.ts'],
          exclude: [replays],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          // After the others: containers want the machine for themselves.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'incidents',
          include: [replays],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          // A stack is idle for most of its time, and its users come before all others: two do not disturb each other.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
