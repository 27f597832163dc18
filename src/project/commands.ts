import { stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { z } from 'zod'
import { lasting } from '../kit/duration.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { commandLimit } from '../kit/undo.ts'
import { steps } from './macros.ts'

const run = steps.describe(
  'Program and arguments, a list: no shell reads them, unless you write `[sh, -c, …]`; or the name of a macro.',
)
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'no name of a variable')
/** When in a cell a probe looks. */
export const moments = ['before', 'during', 'after'] as const
export type Moment = (typeof moments)[number]

const target = z.string().min(1).max(63)

const command = z
  .strictObject({
    fault: z
      .strictObject({
        run,
        undo: steps.describe('Takes it back. On record before `run` is run; done once more where it failed.'),
        witness: steps.describe('Looks whether it is there: exit code 0 says yes, 1 no. Asked after the undo, too.'),
        at: z
          .array(target)
          .min(1)
          .optional()
          .describe('Targets that it is about, as `--list` names them: a cell each; absent: one cell, `NAME/own`.'),
      })
      .optional()
      .describe('Breaks something. Exit code 0: done.'),
    remedy: z
      .strictObject({
        run,
        undo: steps.optional().describe('Takes back what it changes outside the stack.'),
        cures: z
          .array(target)
          .min(1)
          .optional()
          .describe(
            'Cells, as with `--only`, that are played once more with it in place of the end of the fault: ' +
              '`MODE+NAME/TARGET`. One fails where users are not served again, or the fault is still there.',
          ),
      })
      .optional()
      .describe('Does something about it.'),
    probe: z
      .strictObject({
        run,
        finds: z
          .array(z.string().min(1).max(200))
          .min(1)
          .optional()
          .describe('First lines of the output that are findings; absent: `exit code N` is one.'),
        when: z
          .array(z.enum(moments))
          .min(1)
          .optional()
          .describe('In every cell: `before` the fault, `during` it, `after` recovery. What it finds is told.'),
      })
      .optional()
      .describe('Looks, and changes nothing.'),
    check: z
      .strictObject({ run })
      .optional()
      .describe('Asked at the end of every cell, when service is good again: exit code 0 is well.'),
    limit: lasting.prefault('30s').describe('Each of them is ended when it takes longer.'),
    secrets: z
      .array(variable)
      .default([])
      .describe('Variables of the environment that must be there, and whose values are shown nowhere.'),
  })
  .refine(
    ({ fault, remedy, probe, check }) => fault ?? remedy ?? probe ?? check,
    'it has no fault, remedy, probe, check',
  )
  .refine(({ probe, check }) => !(probe && check), 'probe and check are both looks: give one of them another name')
  .refine(({ limit }) => limit <= commandLimit.most, { path: ['limit'], message: 'longer than 10 minutes' })

/** The user's own commands, by name. */
export const commandsSchema = z
  .record(
    z
      .string()
      .max(60)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'no name: lower-case words joined by -'),
    command,
  )
  .default({})
export type OwnCommand = z.output<typeof command>

/**
 * A file with commands is code. It is taken from whoever runs it, and from root: PROJECT_INVALID where another may
 * write it, or put another in its place.
 */
export async function expectOwnCode(file: string): Promise<void> {
  const { uid } = userInfo()
  for (const path of [file, dirname(file)]) {
    const found = await stat(path)
    const isOthers = uid >= 0 && found.uid !== uid && found.uid !== 0
    const isOpen = (found.mode & 0o002) !== 0
    if (!isOthers && !isOpen) continue
    const why = isOpen ? 'anybody may write there' : 'it belongs to another user'
    const hint = 'Nothing was run. Own the file and its folder, and let no other user write there: chown, chmod o-w.'
    throw new BadgatewayError('PROJECT_INVALID', `${file} has commands, and of ${path}: ${why}`, hint)
  }
}
