import { rm } from 'node:fs/promises'
import type Dockerode from 'dockerode'
import { findOurs, type Labels, labelKeys, nameOf, onRecordOf, removeThings, type Thing } from '../engine/index.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'

export const projectLabel = 'com.docker.compose.project'
export const serviceLabel = 'com.docker.compose.service'
export const numberLabel = 'com.docker.compose.container-number'

export interface OwnProject {
  readonly docker: Dockerode
  readonly labels: Labels
  /** Of the project. */
  readonly name: string
  /** Of all that it makes. */
  readonly made: ReadonlySet<string>
  /** Where its file and its copies lie. */
  readonly folder: string
}

/** What is there of the project, and on record. */
export async function thingsOf({ docker, labels, name, made }: OwnProject): Promise<Thing[]> {
  const onRecord = onRecordOf(labels)
  const isOf = (one: Thing) => made.has(one.name) || one.labels[projectLabel] === name
  return (await findOurs(docker, labels[labelKeys.run])).filter((one) => isOf(one) && onRecord.has(one))
}

/** Removes all of it. ENGINE_CALL_FAILED, which names it, when something is left: the guard or a sweep removes it. */
export async function removeProject(project: OwnProject): Promise<void> {
  const { left } = await removeThings(project.docker, await thingsOf(project))
  const told = left.map(({ thing, because }) => `${nameOf(thing)}: ${because}`)
  await rm(project.folder, { recursive: true, force: true, maxRetries: 5 }).catch((thrown: unknown) => {
    told.push(`folder ${project.folder}: ${reasonOf(thrown)}`)
  })
  if (told.length === 0) return
  throw new BadgatewayError(
    'ENGINE_CALL_FAILED',
    `Not everything could be removed: ${told.join('; ')}`,
    'Try badgateway clean.',
  )
}
