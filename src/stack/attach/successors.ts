import type Dockerode from 'dockerode'
import { type Labels, labelKeys, onRecordOf } from '../../engine/index.ts'
import type { Inspected } from './recreate.ts'

const projectLabel = 'com.docker.compose.project'
const placeLabels = ['com.docker.compose.service', 'com.docker.compose.container-number']

/** Which place of a Compose project a container has; undefined: it is of none. */
const placeOf = (worn: Labels) => {
  const [service, number = '1'] = placeLabels.map((label) => worn[label])
  return service === undefined ? undefined : `${service} ${number}`
}

/**
 * Ids of containers that Compose has put in the places of these since, by the names of the services: a command of the
 * user's may have told it to. What another project or run made, and what is on no record, is none.
 */
export async function successorsOf(
  docker: Dockerode,
  labels: Labels,
  known: ReadonlyMap<string, { meant: Inspected }>,
): Promise<Map<string, string[]>> {
  const worn = [...known].map(([name, { meant }]) => ({ name, labels: meant.Config.Labels }))
  const project = worn.flatMap((one) => one.labels[projectLabel] ?? [])[0]
  if (project === undefined) return new Map()
  const label = [`${labelKeys.run}=${labels[labelKeys.run]}`, `${projectLabel}=${project}`]
  const listed = await docker.listContainers({ all: true, filters: { label } })
  const onRecord = onRecordOf(labels)
  const ours = listed.filter(({ Id: id, Names: [name = ''] }) => {
    return onRecord.has({ kind: 'container', id, name: name.slice(1) })
  })
  const idsAt = (place: string | undefined) =>
    place === undefined ? [] : ours.filter((one) => placeOf(one.Labels) === place).map(({ Id: id }) => id)
  return new Map(worn.map((one) => [one.name, idsAt(placeOf(one.labels))]))
}
