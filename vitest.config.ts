import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { dockerFolders, filesOf, measuredGroup } from './test/support/groups.ts'
import { LongestFirst } from './test/support/longest-first.ts'
import { limitsMs, measureSlowness, slownessVariable, stacksAtOnce } from './test/support/machine.ts'

// Whoever plays this measures it, or says what was measured.
const slowness = Number(process.env[slownessVariable] ?? measureSlowness())
const cores = availableParallelism()
const stacks = stacksAtOnce(process.env, process.argv)
const measured = filesOf(import.meta.dirname, 'test/unit', measuredGroup)

/** Limits that keep a test from hanging, as generous as this machine is slow now: what is late a test says itself. */
const limits = ({ test, hook }: { test: number; hook: number }) => ({
  testTimeout: Math.round(test * slowness),
  hookTimeout: Math.round(hook * slowness),
  expect: { poll: { timeout: Math.round((Math.min(test, 40_000) / 4) * Math.min(slowness, 4)) } },
})
const told = { [slownessVariable]: String(slowness) }

/** Tests with real containers, by the tag in their first line: so many at once, when the groups before have ended. */
function onDocker(name: string, groupOrder: number, atOnce: number) {
  const include = dockerFolders.flatMap((folder) => filesOf(import.meta.dirname, folder, name))
  // Each run is a process of its own: what one has compiled the next need not compile again.
  const env = { ...told, NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/badgateway-tests') }
  const setupFiles = ['test/support/after-each-file.ts']
  return {
    test: { name, include, setupFiles, ...limits(limitsMs.docker), env, maxWorkers: atOnce, sequence: { groupOrder } },
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/support/no-folder-left.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        // Examples import the package by its name, as a user's files do.
        resolve: { alias: { badgateway: join(import.meta.dirname, 'src/index.ts') } },
        test: {
          name: 'unit',
          include: ['test/house.test.ts', 'test/unit/**/*.test.ts'],
          exclude: measured,
          ...limits(limitsMs.unit),
          env: told,
          // Modules are loaded once a worker and not once a file: a fourth of the time.
          isolate: false,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: measuredGroup,
          include: measured,
          ...limits(limitsMs.unit),
          env: told,
          maxWorkers: cores,
          sequence: { groupOrder: 1 },
        },
      },
      // Where each core carries a stack, what is lighter fills the time that the last stacks leave a core idle.
      onDocker('light', stacks === cores ? 3 : 2, cores),
      onDocker('stack', 3, stacks),
      onDocker('exact', 4, 1),
      onDocker('full', 5, stacks),
      onDocker('full-exact', 6, 1),
    ],
  },
})
