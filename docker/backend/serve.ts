import { once } from 'node:events'
import type { Server } from 'node:http'
import { api } from './api.ts'
import { behaviours } from './behaviours/index.ts'
import { keepFor } from './behaviours/working-set.ts'
import { Conduct } from './conduct.ts'
import { controlServer } from './control.ts'
import { Counts } from './counts.ts'
import type { Exchange } from './exchange.ts'
import { siteServer } from './site.ts'
import { startBehaviour } from './start.ts'
import { postgresWarehouse } from './warehouse.ts'

/** What one release of the server is: what it calls itself, and how it shows the site's pages. */
export interface ServerRelease {
  name: string
  web: (exchange: Exchange) => Promise<void> | void
}

/** What is used of the process it runs in. */
export type Host = Pick<
  NodeJS.Process,
  'availableMemory' | 'constrainedMemory' | 'env' | 'exit' | 'memoryUsage' | 'once' | 'stderr' | 'stdout'
>

/** Runs a release of the web or api server, as its environment says, until the process is told to end. */
export async function serveShop(release: ServerRelease, host: Host): Promise<void> {
  const { ROLE: role = 'web', NAME: name = role } = host.env
  if (role !== 'web' && role !== 'api') {
    host.stderr.write(`ROLE is '${role}': give web or api\n`)
    return host.exit(64)
  }
  // As on a developer's machine: nobody is told that the variable is missing until the first query fails.
  const databaseUrl = host.env['DATABASE_URL'] || 'postgres://shop:shop@localhost:5432/shop'
  const warehouse = role === 'api' ? postgresWarehouse(databaseUrl) : undefined
  const counts = new Counts({ role, name, release: release.name }, () => host.memoryUsage.rss())
  const print = (line: object) => host.stdout.write(`${JSON.stringify(line)}\n`)
  const site = siteServer({
    serve: warehouse ? api(warehouse) : release.web,
    conduct: () => conduct,
    counts,
    release: release.name,
    healthPath: host.env['HEALTH_PATH'] || '/healthz',
    log: print,
  })
  const conduct = new Conduct(behaviours, site)
  const control = controlServer(conduct, counts)
  keepFor({ limit: () => host.constrainedMemory(), left: () => host.availableMemory(), say: print })
  const wrong = conduct.set(startBehaviour(host.env))
  if (wrong !== null) {
    host.stderr.write(`BEHAVIOUR: ${wrong}\n`)
    return host.exit(64)
  }
  host.once('SIGTERM', () => {
    // Open requests may end; what hangs is cut off after 3 s.
    setTimeout(() => host.exit(0), 3_000).unref()
    control.close()
    control.closeAllConnections()
    site.close(() => {
      void (warehouse?.close() ?? Promise.resolve()).finally(() => host.exit(0))
    })
    // The proxy keeps connections open: each is closed when its request has ended.
    setInterval(() => site.closeIdleConnections(), 20)
  })
  const sitePort = Number(host.env['SITE_PORT'] ?? 8080)
  await Promise.all([listen(site, sitePort), listen(control, Number(host.env['CONTROL_PORT'] ?? 8601))])
  print({ ready: true, name, release: release.name })
  // The first user shall not pay for the first connection; whether there is a database already is not our concern here.
  void warehouse?.alive().catch(() => undefined)
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen({ port, backlog: 1024 })
  await once(server, 'listening')
}
