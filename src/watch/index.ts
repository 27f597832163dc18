import type { z } from 'zod'
import { makeOf, unionOf } from '../kit/kind.ts'
import { apiRequests } from './api-requests.ts'
import { backendLogs } from './backend-logs.ts'
import { backendStatus } from './backend-status.ts'
import { cacheContent } from './cache-content.ts'
import { configDiff } from './config-diff.ts'
import { configurationReview } from './configuration-review.ts'
import { connections } from './connections.ts'
import { cpuUsage } from './cpu-usage.ts'
import { databaseHealthy } from './database-healthy.ts'
import { firewallRules } from './firewall-rules.ts'
import { missingAlert } from './missing-alert.ts'
import { networkChecks } from './network-checks.ts'
import { nginxVersionProbe } from './nginx-version.ts'
import type { Probe } from './probe.ts'
import { proxyErrors } from './proxy-errors.ts'
import { proxyPath } from './proxy-path.ts'
import { routing } from './routing.ts'
import { runningRelease } from './running-release.ts'
import { serviceLevels } from './service-levels.ts'
import { serviceLogs } from './service-logs.ts'
import { trafficLevel } from './traffic-level.ts'
import { upstreamServices } from './upstream-services.ts'
import { userReports } from './user-reports.ts'
import { webServer } from './web-server.ts'

/** Every probe there is: a new one is a file and a line here. */
export const probes = [
  apiRequests,
  backendLogs,
  backendStatus,
  cacheContent,
  configDiff,
  configurationReview,
  connections,
  cpuUsage,
  databaseHealthy,
  firewallRules,
  missingAlert,
  networkChecks,
  nginxVersionProbe,
  proxyErrors,
  proxyPath,
  routing,
  runningRelease,
  serviceLevels,
  serviceLogs,
  trafficLevel,
  upstreamServices,
  userReports,
  webServer,
] as const

export const probeSpec = unionOf(probes)
export type ProbeSpec = z.output<typeof probeSpec>

/** Undefined when the probe can find that, else what it can find, in words. */
export function notFindable(kind: string, finding: string): string | undefined {
  const finds = probes.find((probe) => probe.kind === kind)?.finds
  if (!finds) return `there is no probe '${kind}'`
  const can = finds.some((one) => (typeof one === 'string' ? one === finding : one.test(finding)))
  return can ? undefined : `${kind} finds one of: ${finds.map(String).join(', ')}`
}

export const probeFor = (spec: ProbeSpec): Probe => makeOf(probes, spec)

export { type Alerting, watchAlerts } from './alerts.ts'
export { watchBackends } from './backends.ts'
export { LogBook } from './logbook.ts'
export { watchMachine } from './machine.ts'
export type { Probe, Sight, View } from './probe.ts'
export { ruleEvidence } from './rule-evidence.ts'
export { type Watching, watchStack } from './watching.ts'
