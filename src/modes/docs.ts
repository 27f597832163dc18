import { showMs } from '../kit/duration.ts'
import { modes } from './catalogue.ts'
import { tagsKnown } from './cells.ts'
import type { Mode } from './mode.ts'

const where = {
  server: 'one server',
  group: 'a whole group',
  dependency: 'a dependency',
  proxy: 'the proxy',
  lookup: 'a name that one asks another by',
} as const

/** `docs/modes.md`. */
export function modesDoc(): string {
  const tags = tagsKnown().map((tag) => `\`${tag}\``)
  const intro = `# Modes

Printed by \`badgateway check --modes\`; a test keeps this page current. A mode is one way of breaking something; done
to a target (one server, a whole group of two or more, a dependency, the proxy, a name that one asks
another by) it is a cell of the matrix:
\`badgateway check --only refuse/api-1\`. Each is taken back before the next begins, and that is proven. A mode that
does not apply to a target says why, and what would make it so (\`badgateway check --list\`). A group that the proxy
speaks to in something else than plain HTTP gets those modes that need no look into the bytes.

Tags, for \`--tag 'slow & !tls'\`: ${tags.join(', ')}. Each cell has, beside the tags of its mode, its outcome,
the kind of its target and what is spoken there.

What waits for a timeout of the proxy (\`proxy_connect_timeout\`, \`proxy_read_timeout\`: 60 s unless they are
written out) is held for longer than that, comes last, and is announced with its time; \`--timeouts-at-most 5s\`
shortens them on our copy.
`
  return `${intro}\n${modes.map(section).join('\n')}`
}

function section({ name, about, packet, witnessed, tags, at, outcome, waits, waitsAtMostMs }: Mode): string {
  const most = waitsAtMostMs === undefined ? '' : `, ${showMs(waitsAtMostMs)} at most`
  const ends = waits ? `\nThe proxy waits for its \`…_${waits}_timeout\`${most}.` : ''
  const tagged = tags.length > 0 ? ` Tags: ${tags.join(', ')}.` : ''
  return `## ${name}

${about}${ends}

- On the wire: ${packet}.
- Witnessed by: ${witnessed}.
- At: ${at.map((kind) => where[kind]).join(', ')}. Outcome: ${outcome}.${tagged}
`
}
