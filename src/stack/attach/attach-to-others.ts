import { agree } from '../../engine/index.ts'
import { agentName } from '../description/agent-definition.ts'
import type { Stack } from '../types.ts'
import { type AttachOptions, attachStack } from './attach.ts'
import { lookAt } from './look.ts'
import { unlikeNow } from './unlike.ts'

/**
 * The same of containers that somebody goes on to use, and has agreed to: the description is `attached`. That they were
 * agreed to is on record before anything is done. JOURNAL_UNWRITABLE when it cannot be put there.
 */
export async function attachToOthers(options: AttachOptions): Promise<Stack> {
  const { docker, labels, containers, description } = options
  const services = description.services.filter(({ role }) => role !== agentName)
  const theirs = await lookAt(docker, { labels, services, containers, agreed: true })
  await agree(
    labels,
    theirs.map(({ found: { Id: id, Name: name } }) => ({ id, name })),
  )
  const looks = theirs.map(({ definition: { name }, found: before }) => {
    return { name, before, look: () => docker.getContainer(before.Id).inspect() }
  })
  return Object.assign(await attachStack(options), { unlike: () => unlikeNow(looks) })
}
