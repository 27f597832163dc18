import type { z } from 'zod'
import { type OwnSpec, type Ready, readyOf, unionOf } from '../kit/kind.ts'
import { correctConfig } from './correct-config.ts'
import { endFault } from './end-fault.ts'
import { openFirewall } from './open-firewall.ts'
import { purgeCache } from './purge-cache.ts'
import { raiseMemory } from './raise-memory.ts'
import { recreateService } from './recreate-service.ts'
import { redeployConfig } from './redeploy-config.ts'
import { reloadProxy } from './reload-proxy.ts'
import type { AnyRemedyKind, Remedy } from './remedy.ts'
import { repairProxyPath } from './repair-proxy-path.ts'
import { restartBackends } from './restart-backends.ts'
import { restartService } from './restart-service.ts'
import { revertConfig } from './revert-config.ts'
import { rollbackApplication } from './rollback-application.ts'
import { rollbackConfig } from './rollback-config.ts'
import { rollingRestart } from './rolling-restart.ts'
import { scaleOut } from './scale-out.ts'

/** Every remedy there is: a new one is a file and a line here. */
export const remedies = [
  correctConfig,
  endFault,
  openFirewall,
  purgeCache,
  raiseMemory,
  recreateService,
  redeployConfig,
  reloadProxy,
  repairProxyPath,
  restartBackends,
  restartService,
  revertConfig,
  rollbackApplication,
  rollbackConfig,
  rollingRestart,
  scaleOut,
] as const

export const remedySpec = unionOf(remedies)
export type RemedySpec = z.output<typeof remedySpec>

/** What a spec becomes; `own`: kinds that the scenario brings along. */
export const readyRemedy = (spec: RemedySpec | OwnSpec, own: readonly AnyRemedyKind[] = []): Ready<Remedy> => {
  return readyOf([...remedies, ...own], spec)
}

export { type AnyRemedyKind, defineRemedy, type Outcome, type Remedy } from './remedy.ts'
export { type UserRemedy, userRemedy } from './user-command.ts'
