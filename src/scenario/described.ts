import { z } from 'zod'

/** `stack` of a scenario that is told on somebody's own stack. */
export const namedStack = z.strictObject({
  description: z.string().min(1).max(1_000).describe('A badgateway.yaml. The path begins at the scenario.'),
})

/** `fault` of a step there: a cell of `badgateway check --list`, so that nobody need know its kind and fields. */
export const faultByMode = z.strictObject({
  mode: z.string().min(1).max(120).describe('As `badgateway check --modes` tells them: `refuse`.'),
  target: z.string().min(1).max(130).describe('As `badgateway check --list` names them: `api-1`.'),
})
