import { once } from 'node:events'
import type { Server } from 'node:http'
import { api } from './api.ts'
import { behaviours } from './behaviours/index.ts'
import { Conduct } from './conduct.ts'
import { controlServer } from './control.ts'
import { Counts } from './counts.ts'
import { siteServer } from './site.ts'
import { postgresWarehouse } from './warehouse.ts'
import { web } from './web.ts'

const { ROLE: role = 'web', NAME: name = role } = process.env
const databaseUrl = process.env['DATABASE_URL'] ?? 'postgres://shop:shop@database:5432/shop'
const sitePort = Number(process.env['SITE_PORT'] ?? 8080)
const controlPort = Number(process.env['CONTROL_PORT'] ?? 8601)

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen({ port, backlog: 1024 })
  await once(server, 'listening')
}

if (role !== 'web' && role !== 'api') {
  process.stderr.write(`ROLE is '${role}': give web or api\n`)
  process.exit(64)
}

const warehouse = role === 'api' ? postgresWarehouse(databaseUrl) : undefined
const counts = new Counts(role, name, () => process.memoryUsage.rss())
const site = siteServer({ serve: warehouse ? api(warehouse) : web, conduct: () => conduct, counts, log: print })
const conduct = new Conduct(behaviours, site)
const control = controlServer(conduct, counts)

process.once('SIGTERM', () => {
  // Open requests may end; what hangs is cut off after 3 s.
  setTimeout(() => process.exit(0), 3_000).unref()
  control.close()
  control.closeAllConnections()
  site.close(() => {
    void (warehouse?.close() ?? Promise.resolve()).finally(() => process.exit(0))
  })
  site.closeIdleConnections()
})

await Promise.all([listen(site, sitePort), listen(control, controlPort)])
print({ ready: true, name })
// The first user shall not pay for the first connection; whether there is a database already is not our concern here.
void warehouse?.alive().catch(() => undefined)
