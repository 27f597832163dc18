import { z } from 'zod'
import { reasonOf } from '../../kit/errors.ts'
import { defineProbe } from '../probe.ts'

const limitMs = 5_000
const sql = "select count(*) from products; select count(*) from pg_stat_activity where datname = 'shop'"

/** Asks PostgreSQL itself: the red herring of many a 502. */
export const databaseHealthy = defineProbe({
  kind: 'database-healthy',
  about: 'Runs a real query in the database container: healthy, or not answering.',
  finds: ['not answering', 'healthy'],
  fields: { service: z.string().default('database') },
  make: ({ service }) => ({
    look: async ({ stack }) => {
      const argv = ['psql', 'postgres://shop:shop@127.0.0.1/shop', '-At', '-c', sql]
      const database = stack.service(service)
      const { code, output } = await database.exec(argv, { timeoutMs: limitMs }).catch((thrown: unknown) => {
        // A container that is down or hangs runs nothing, and that is an answer.
        return { code: -1, output: reasonOf(thrown) }
      })
      const [products = '', connections = ''] = output.trim().split('\n').slice(-2)
      if (code !== 0 || !/^\d+$/.test(products)) {
        return { finding: 'not answering', because: output.trim().slice(0, 300), evidence: { code } }
      }
      const because = `the query answers: ${products} products, ${connections} connections open`
      return { finding: 'healthy', because, evidence: { products: Number(products), connections: Number(connections) } }
    },
  }),
})
