import { addForAll, changedRelease, editedFiles } from '../../deploy/index.ts'
import type { Edit, ServerEdit } from '../../nginx/index.ts'
import type { Release } from '../../stack/index.ts'

export const mistakes = ['port', 'later-servers', 'protocol', 'old-directive'] as const
export type Mistake = (typeof mistakes)[number]

/** Nobody listens there on a server; still inside the internal network. */
export const closedPort = ({ address }: Pick<ServerEdit, 'address'>): number =>
  address.endsWith(':8090') ? 8091 : 8090

/** The update of the report: a release with one mistake in it. Pure. */
export function updateWith(mistake: Mistake, current: Release, upstreams: readonly string[]): Release {
  const changed = editedFiles(current, (edit) => makers[mistake](edit, upstreams))
  return changedRelease(current, 'the update', changed)
}

type Maker = (edit: Edit, upstreams: readonly string[]) => void

/** Rewritten from scratch, so what another team provides is not included any more. */
function fromScratch(edit: Edit): void {
  for (const include of edit.includes('')) if (include.parent?.name === 'upstream') edit.remove(include)
}

/** One number wrong in every server line. */
const wrongPorts: Maker = (edit, upstreams) => {
  fromScratch(edit)
  for (const name of upstreams) edit.upstream(name).each((server) => server.port(closedPort(server)))
}

/**
 * The traffic moves to the later servers, so that the first can be patched: only a trickle stays. No request is asked
 * twice and no failure takes a server out, as for orders that must not be placed twice; so nothing hides the mistake.
 */
const laterServers: Maker = (edit, upstreams) => {
  fromScratch(edit)
  for (const name of upstreams) {
    edit.upstream(name).each((server, at) => {
      const address = at === 0 ? server.address : server.address.replace(/:\d+$/, `:${closedPort(server)}`)
      edit.set(server.directive, address, `weight=${at === 0 ? 1 : 999}`, 'max_fails=0')
    })
  }
  const isOutermost = (parent: { name: string } | null) => parent === null || parent.name === 'http'
  if (edit.find(({ name, parent }) => name === 'proxy_next_upstream' && isOutermost(parent)).length > 0) return
  addForAll(edit, 'proxy_next_upstream off;')
}

/** "Encrypt what goes to the servers": they listen, and speak no TLS. */
const protocol: Maker = (edit, upstreams) => {
  for (const name of upstreams) for (const pass of edit.passes(name)) pass.scheme('https')
}

/** Nginx knows `ssl` no more since 1.25.1; before, it only warned. */
const oldDirective: Maker = (edit) => addForAll(edit, 'ssl off;')

const makers: Record<Mistake, Maker> = {
  port: wrongPorts,
  'later-servers': laterServers,
  protocol,
  'old-directive': oldDirective,
}
