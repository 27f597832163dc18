import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/house.test.ts', 'test/unit/**/*.test.ts'], testTimeout: 5_000 } },
      {
        test: {
          name: 'docker',
          include: ['test/contract/**/*.test.ts', 'test/docker/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          // After the others: containers and timings want the machine for themselves.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'incidents',
          include: ['test/docker/incidents/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 420_000,
          // Two replays that both burn CPU or memory are late for each other on two cores.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
