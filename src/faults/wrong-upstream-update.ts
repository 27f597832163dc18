import { changedRelease, siteFile, upstreamsFile } from '../stack/deploy/release.ts'
import type { Release } from '../stack/scene.ts'

export const mistakes = ['port', 'later-servers', 'protocol', 'old-directive'] as const
export type Mistake = (typeof mistakes)[number]

/** Nobody listens there on a backend; still inside the internal network. */
const closedPort = 8090

/** The update of the report: a release with one mistake in it. Pure. */
export function updateWith(mistake: Mistake, current: Release, upstreams: readonly string[]): Release {
  const path = mistake === 'protocol' ? siteFile : upstreamsFile
  const text = current.files.find((file) => file.path === path)?.content?.toString('utf8') ?? ''
  const changed = makers[mistake](text, upstreams)
  return changedRelease(current, 'the update', [{ path, content: Buffer.from(changed) }])
}

type Maker = (text: string, upstreams: readonly string[]) => string

/** Rewritten from scratch, so what another team provides is not included any more. */
const fromScratch = (text: string) => text.replaceAll(/^\s*include\s+\/etc\/nginx\/shared\/[^;]+;\n?/gm, '')

/** One number wrong in every server line. */
const wrongPorts: Maker = (text, upstreams) => {
  const lines = new RegExp(`(\\bserver\\s+(?:${upstreams.join('|')})-\\d+):\\d+`, 'g')
  return fromScratch(text).replaceAll(lines, `$1:${closedPort}`)
}

/**
 * The traffic moves to the later servers, so that the first can be patched: only a trickle stays. No request is asked
 * twice and no failure takes a server out, as for orders that must not be placed twice; so nothing hides the mistake.
 */
const laterServers: Maker = (text, upstreams) => {
  const line = new RegExp(`(\\bserver\\s+(?:${upstreams.join('|')})-(\\d+)):(\\d+)[^;]*;`, 'g')
  const moved = fromScratch(text).replaceAll(line, (_, server: string, number: string, port: string) => {
    const first = number === '1'
    return `${server}:${first ? port : closedPort} weight=${first ? 1 : 999} max_fails=0;`
  })
  return /^\s*proxy_next_upstream\s/m.test(moved) ? moved : `proxy_next_upstream off;\n${moved}`
}

/** "Encrypt what goes to the servers": they listen, and speak no TLS. */
const protocol: Maker = (text, upstreams) => {
  return text.replaceAll(new RegExp(`(\\bproxy_pass\\s+)http(://(?:${upstreams.join('|')});)`, 'g'), '$1https$2')
}

/** Nginx knows `ssl` no more since 1.25.1; before, it only warned. */
const oldDirective: Maker = (text) => `ssl off;\n${text}`

const makers: Record<Mistake, Maker> = {
  port: wrongPorts,
  'later-servers': laterServers,
  protocol,
  'old-directive': oldDirective,
}
