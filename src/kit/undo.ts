import { z } from 'zod'

const containerId = z.string().regex(/^[0-9a-f]{12,64}$/, 'no container id')
const networkId = z.string().regex(/^[0-9a-f]{12,64}$/, 'no network id')
const file = z.strictObject({
  path: z.string().regex(/^\/[\w./-]+$/, 'no plain absolute path'),
  /** What the file held before, base64; null when it was not there. */
  content: z.base64().nullable(),
  /** Its mode and owner; absent: root's, and all may read it. */
  owned: z.strictObject({ mode: z.int().min(0).max(0o7777), uid: z.int().min(0), gid: z.int().min(0) }).optional(),
})

/** A program and its arguments, as somebody wrote them: no shell reads them. */
export const argv = z
  .array(
    z
      .string()
      .max(10_000)
      .regex(/^[^\0]*$/, 'a NUL'),
  )
  .min(1)
  .max(200)
  .refine(([program = '']) => /^[^=]+$/.test(program), 'no program: its name or path comes first')

/** Its limit, ms. */
export const commandLimit = { most: 600_000 } as const

function isObject(text: string): boolean {
  try {
    return JSON.parse(text)?.constructor === Object
  } catch {
    return false
  }
}

/**
 * How a change is taken back, as data: a verb from this list, ids, and the previous values. Never a shell string:
 * clean-up code is attack surface. Written to the journal and acknowledged by the guard before the change is made.
 */
export const undo = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.literal('remove-container'), container: containerId }),
  z.strictObject({ verb: z.literal('remove-network'), network: networkId }),
  z.strictObject({
    verb: z.literal('remove-volume'),
    volume: z.string().regex(/^badgateway-[\w-]{1,80}$/, 'no volume of ours'),
  }),
  z.strictObject({ verb: z.literal('unpause'), container: containerId }),
  z.strictObject({ verb: z.literal('start'), container: containerId }),
  z.strictObject({ verb: z.literal('restart'), container: containerId }),
  z.strictObject({
    verb: z.literal('set-memory'),
    container: containerId,
    /** The limit it had before; 0: none. */
    bytes: z.number().int().nonnegative(),
    /** Memory and swap together, -1 for no limit; absent: no swap. */
    swap: z.number().int().min(-1).optional(),
  }),
  z.strictObject({
    verb: z.literal('set-cpu'),
    container: containerId,
    /** The limit before, as the engine kept it: billionths of a core, or a quota of each period in us; 0: none. */
    nanoCpus: z.number().int().nonnegative(),
    quota: z.number().int().min(-1),
    period: z.number().int().nonnegative(),
  }),
  z.strictObject({
    verb: z.literal('flush-firewall'),
    /** What shares the network namespace whose packet filter was changed. */
    container: containerId,
  }),
  z.strictObject({
    verb: z.literal('set-behaviour'),
    container: containerId,
    /** What the backend's control port is given: the settings it had before, as JSON. */
    behaviour: z.string().max(10_000).refine(isObject, 'no JSON object'),
  }),
  z.strictObject({
    verb: z.literal('write-files'),
    container: containerId,
    files: z.array(file).min(1),
    /** Sent to the main process when the files are back, so that it reads them; null for none. */
    signal: z.enum(['HUP']).nullable(),
    /** Run inside in place of the signal, where another process than the main one reads them. */
    reload: z.array(z.string()).min(1).optional(),
  }),
  z.strictObject({
    /** The only one that is the user's own: what their badgateway.yaml names as the undo of their command. */
    verb: z.literal('run'),
    argv,
    cwd: z.string().regex(/^\/[^\0]*$/, 'no absolute path'),
    vars: z.record(z.string().regex(/^(BADGATEWAY|COMPOSE)_[A-Z0-9_]+$/, 'no variable of ours'), z.string().max(5_000)),
    withinMs: z.int().min(1).max(commandLimit.most),
    /** Variables of the environment hold secrets of theirs: what it says is not shown. */
    hasSecrets: z.boolean(),
  }),
])

export type Undo = z.output<typeof undo>

/** Promises an undo: resolves only when it is flushed to the journal and held by the guard. */
export type RegisterUndo = (undo: Undo, why: string) => Promise<void>
