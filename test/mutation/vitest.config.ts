import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { z } from 'zod'

const mutant = z
  .object({ file: z.string(), start: z.number(), end: z.number(), text: z.string() })
  .parse(JSON.parse(process.env['MUTANT'] ?? '{}'))

/** The unit tests with one source changed as it is read, and nothing on disk. */
export default defineConfig({
  root: fileURLToPath(new URL('../../', import.meta.url)),
  plugins: [
    {
      name: 'one-mutant',
      enforce: 'pre',
      transform: (code, id) => {
        if (!id.endsWith(`/${mutant.file}`)) return undefined
        return { code: `${code.slice(0, mutant.start)}${mutant.text}${code.slice(mutant.end)}`, map: null }
      },
    },
  ],
  test: { include: ['test/unit/**/*.test.ts'], isolate: false, testTimeout: 60_000, maxWorkers: 1, bail: 1 },
})
