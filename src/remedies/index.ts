import type { z } from 'zod'
import { makeOf, needsOf, unionOf } from '../kit/kind.ts'
import { correctConfig } from './correct-config.ts'
import { openFirewall } from './open-firewall.ts'
import { purgeCache } from './purge-cache.ts'
import { raiseMemory } from './raise-memory.ts'
import { recreateService } from './recreate-service.ts'
import { redeployConfig } from './redeploy-config.ts'
import type { Remedy } from './remedy.ts'
import { repairProxyPath } from './repair-proxy-path.ts'
import { restartBackends } from './restart-backends.ts'
import { restartService } from './restart-service.ts'
import { revertConfig } from './revert-config.ts'
import { rollbackApplication } from './rollback-application.ts'
import { rollbackConfig } from './rollback-config.ts'
import { scaleOut } from './scale-out.ts'

/** Every remedy there is: a new one is a file and a line here. */
export const remedies = [
  correctConfig,
  openFirewall,
  purgeCache,
  raiseMemory,
  recreateService,
  redeployConfig,
  repairProxyPath,
  restartBackends,
  restartService,
  revertConfig,
  rollbackApplication,
  rollbackConfig,
  scaleOut,
] as const

export const remedySpec = unionOf(remedies)
export type RemedySpec = z.output<typeof remedySpec>

export const remedyFor = (spec: RemedySpec): Remedy => makeOf(remedies, spec)

/** What a stack must be able to do for it, by the name of the capability. */
export const remedyNeeds = (spec: { kind: string }): readonly string[] => needsOf(remedies, spec)

export type { Outcome, Remedy } from './remedy.ts'
