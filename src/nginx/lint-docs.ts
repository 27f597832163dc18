import { rules } from './lint.ts'
import type { Rule } from './rule.ts'

const intro = `# What lint-config looks for

Printed by \`badgateway lint-config --rules\`; a test keeps this page current. **Traps** fail users sooner or later, and
end with exit 1. **Notes** are worth knowing. Each rule knows the block it stands in, what is inherited from outside,
and what a variable can be (\`set\`, \`map\`, \`geo\`, \`split_clients\`, the name of a group, an address). It holds for
\`proxy_pass\`, \`fastcgi_pass\`, \`uwsgi_pass\`, \`scgi_pass\`, \`grpc_pass\`, \`memcached_pass\` alike unless it says
otherwise. Where an include was not looked at, nothing is claimed to be missing.

What follows from no rule:

- \`unreadable\` (trap): text that Nginx refuses: a brace, a quote or a semicolon that is missing, a byte order mark,
  a file that includes itself. Of a file that has one, no other refusal is told.
- \`not-looked-at\` (note): an include that is not in what was given; a file that is there and cannot be read (exit 2
  when no trap was found).
- \`ignored-for-nothing\` (note): a comment, as below, that leaves nothing out.

What is meant so is left out by a comment, above the line or behind it, with the rule's name and the reason why:

\`\`\`nginx
# badgateway-ignore default-timeouts reports take ten minutes, and nobody waits for them
proxy_pass http://10.0.0.1:80;
proxy_buffering off; # badgateway-ignore slow-users-hold-backends a stream of events
\`\`\`

How many were left out is said at the end. What Nginx cannot read, and what was not looked at, is always told.

Security (SSRF, splitting, weak TLS, alias traversal) is out of scope: Gixy-Next looks for it.
`

/** What each rule claims, why, and since when, as Markdown. */
export function lintDocs(): string {
  return `${[intro, ...rules.map(told)].join('\n')}`
}

function told({ trap, level, claims, because, remedy, versions, bad, good }: Rule): string {
  const since = versions === undefined ? '' : `\n\nVersions: ${versions}`
  return `## ${trap}

*${level}*. ${claims}

Why: ${because} Remedy: ${remedy}${since}

\`\`\`nginx
# has it
${bad}

# has it not
${good}
\`\`\`
`
}
