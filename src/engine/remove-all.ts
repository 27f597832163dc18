import type Dockerode from 'dockerode'
import { BadgatewayError } from '../kit/errors.ts'
import { removeCopies } from './files/copies.ts'
import { type Labels, labelKeys } from './labels.ts'
import { onRecordOf } from './on-record.ts'
import { findOurs, nameOf, removeThings } from './ours.ts'

/**
 * Removes what wears these labels' run, or is of one stack of it, and is on record as made: containers
 * first, at once; 'gone already' is success. What is not on record is left alone, and so is what `kept` has the id of.
 */
export async function removeAllOf(
  docker: Dockerode,
  labels: Labels,
  stack?: 'staging',
  kept: ReadonlySet<string> = new Set(),
): Promise<void> {
  const onRecord = onRecordOf(labels)
  const ours = (await findOurs(docker, labels[labelKeys.run])).filter((one) => onRecord.has(one))
  const wanted = ours.filter(
    ({ id, labels: its }) => !kept.has(id) && (stack === undefined || its[labelKeys.stack] === stack),
  )
  const { left } = await removeThings(docker, wanted)
  const { [labelKeys.journal]: journal, [labelKeys.run]: runId = '' } = labels
  const copies = stack === undefined && journal !== undefined ? removeCopies(journal, runId) : undefined
  const told = left.map(({ thing, because }) => `${nameOf(thing)}: ${because}`)
  const list = [...told, ...(copies === undefined ? [] : [copies])].join('; ')
  if (list === '') return
  throw new BadgatewayError('ENGINE_CALL_FAILED', `Not everything could be removed: ${list}`, 'Try badgateway clean.')
}
