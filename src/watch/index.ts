import type { z } from 'zod'
import { type OwnSpec, type Ready, readyOf, unionOf } from '../kit/kind.ts'
import type { AnyProbeKind, Probe } from './probe.ts'
import { apiRequests } from './probes/api-requests.ts'
import { backendLogs } from './probes/backend-logs.ts'
import { backendStatus } from './probes/backend-status.ts'
import { cacheContent } from './probes/cache-content.ts'
import { configDiff } from './probes/config-diff.ts'
import { configurationReview } from './probes/configuration-review.ts'
import { connections } from './probes/connections.ts'
import { cpuUsage } from './probes/cpu-usage.ts'
import { databaseHealthy } from './probes/database-healthy.ts'
import { firewallRules } from './probes/firewall-rules.ts'
import { missingAlert } from './probes/missing-alert.ts'
import { networkChecks } from './probes/network-checks.ts'
import { nginxVersionProbe } from './probes/nginx-version.ts'
import { proxyErrors } from './probes/proxy-errors.ts'
import { proxyPath } from './probes/proxy-path.ts'
import { routing } from './probes/routing.ts'
import { runningRelease } from './probes/running-release.ts'
import { serviceLevels } from './probes/service-levels.ts'
import { serviceLogs } from './probes/service-logs.ts'
import { trafficLevel } from './probes/traffic-level.ts'
import { upstreamServices } from './probes/upstream-services.ts'
import { userReports } from './probes/user-reports.ts'
import { webServer } from './probes/web-server.ts'

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
export function notFindable(
  kind: string,
  finding: string,
  own: readonly Pick<AnyProbeKind, 'kind' | 'finds'>[] = [],
): string | undefined {
  const finds = [...probes, ...own].find((probe) => probe.kind === kind)?.finds
  if (!finds) return `there is no probe '${kind}'`
  const can = finds.some((one) => (typeof one === 'string' ? one === finding : one.test(finding)))
  return can ? undefined : `${kind} finds one of: ${finds.map(String).join(', ')}`
}

/** What a spec becomes; `own`: kinds that the scenario brings along. */
export const readyProbe = (spec: ProbeSpec | OwnSpec, own: readonly AnyProbeKind[] = []): Ready<Probe> => {
  return readyOf([...probes, ...own], spec)
}

export { type Alerting, noAlerting, watchAlerts } from './alerts.ts'
export { watchBackends } from './backends.ts'
export { readCpuTime, sharesBetween } from './cpu-time.ts'
export { LogBook } from './logbook.ts'
export { watchMachine } from './machine.ts'
export { type AnyProbeKind, defineProbe, type Observation, type Probe, type View } from './probe.ts'
export { type UserProbe, userProbe } from './probes/user-command.ts'
export { ruleEvidence } from './rule-evidence.ts'
export { watchTheirAlerts } from './their-alerts.ts'
export { type TheirPace, theirPace } from './their-pace.ts'
export { type Watching, watchStack } from './watching.ts'
