import { configurationModes } from './configuration.ts'
import { containerModes } from './containers.ts'
import { interposedModes } from './interposed.ts'
import type { Mode } from './mode.ts'
import { nameModes } from './names.ts'
import { proxyModes } from './of-proxy.ts'
import { packetModes } from './packets.ts'
import { roomModes } from './rooms.ts'

/** Every way of breaking something, in the order in which they are played: a new one is an entry in one of these. */
export const modes: readonly Mode[] = [
  ...containerModes,
  ...packetModes,
  ...interposedModes,
  ...nameModes,
  ...roomModes,
  ...proxyModes,
  ...configurationModes,
]
