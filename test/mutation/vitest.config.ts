import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { z } from 'zod'
import { withSwitches } from './mutants.ts'

const oneMutant = z.object({ file: z.string(), start: z.number(), end: z.number(), text: z.string() })
const { MUTANT, SWITCHES } = process.env
const mutant = MUTANT === undefined ? undefined : oneMutant.parse(JSON.parse(MUTANT))

/** The unit tests with one source changed as it is read, and nothing on disk: one mutant in it, or a switch for all. */
export default defineConfig({
  root: fileURLToPath(new URL('../../', import.meta.url)),
  plugins: [
    {
      name: 'mutants',
      enforce: 'pre',
      transform: (code, id) => {
        if (SWITCHES !== undefined && id.endsWith(`/${SWITCHES}`)) return { code: withSwitches(code), map: null }
        if (!mutant || !id.endsWith(`/${mutant.file}`)) return undefined
        return { code: `${code.slice(0, mutant.start)}${mutant.text}${code.slice(mutant.end)}`, map: null }
      },
    },
  ],
  test: {
    include: ['test/unit/**/*.test.ts'],
    // They ask hundreds of things at once, and say of little what it was: each gate has rows of its own.
    exclude: ['test/unit/checks/hunt.test.ts', 'test/unit/checks/less-proof.test.ts'],
    isolate: false,
    // What one mutant made of a source is not to be found again by the next.
    fsModuleCache: false,
    testTimeout: 60_000,
    maxWorkers: 1,
    ...(SWITCHES === undefined ? { bail: 1 } : { runner: fileURLToPath(new URL('runner.ts', import.meta.url)) }),
  },
})
