import { ownOf } from '../../kit/own.ts'
import { rules } from './lint.ts'
import { sameTable } from './others.ts'
import type { Rule } from './rule.ts'

/** What is told whichever rules are asked for. */
export const always: Readonly<Record<string, string>> = {
  unreadable:
    'trap: text that Nginx refuses: a brace, a quote or a semicolon that is missing, a byte order mark, a file that ' +
    'includes itself. Of a file that has one, no other refusal is reported.',
  'not-looked-at':
    'note: an include that is not in what was given; a file that is there and cannot be read (exit 2 when no trap ' +
    'was found).',
  'ignored-for-nothing': 'note: a comment, as below, that leaves nothing out.',
}

const intro = `# What lint-config looks for

Printed by \`badgateway lint-config --rules\`; a test keeps this page current. **Traps** fail users sooner or later,
and end with exit 1. **Notes** are worth knowing. **Hints** are, too, but most configurations have them: they are
reported with \`--hints\`, or where \`--only\` names them. Each rule knows the block it stands in, what is inherited
from outside, and what a variable can be (\`set\`, \`map\`, \`geo\`, \`split_clients\`, the name of a group, an
address). It holds for \`proxy_pass\`, \`fastcgi_pass\`, \`uwsgi_pass\`, \`scgi_pass\`, \`grpc_pass\`,
\`memcached_pass\` alike unless it says otherwise. Where an include was not looked at, nothing is claimed to be
missing.

What follows from no rule:

${Object.entries(always)
  .map(([name, text]) => `- \`${name}\`, ${text}`)
  .join('\n')}

What is meant so is left out by a comment, above the line or behind it, with the rule's name and the reason why:

\`\`\`nginx
# badgateway-ignore default-timeouts reports take ten minutes, and no user waits for them
proxy_pass http://10.0.0.1:80;
proxy_buffering off; # badgateway-ignore slow-users-hold-backends a stream of events
\`\`\`

How many were left out is said at the end. What Nginx cannot read, and what was not looked at, is always reported.

Some rules only: \`--only RULE,RULE\`; all but some: \`--skip RULE\`; one at a time: \`--explain RULE\`.

Security is out of scope: SSRF, splitting, Host spoofing, weak TLS, alias traversal, what versions tell. Gixy-Next looks
for it. Style (indentation, gzip, autoindex) is, too: nginx-lint looks for it.

Each rule is shown on a real Nginx in the tests, that of Debian 13 (test/docker/nginx-rules.test.ts) and that of Debian
12 (nginx-rules-old.test.ts): what has it fails as the rule says, with the line in the error log where there is one;
what has it not does not. Two are not shown: there is no client of QUIC in the tests, and Debian has fixed what
CVE-2026-42945 is about.

What linters of others call the same:

${sameTable}
`

/** What each rule claims, why, and since when, as Markdown. */
export function lintDocs(): string {
  return `${[intro, ...rules.map(told)].join('\n')}`
}

/** One of them, by its name; what is told always, too. */
export function explained(name: string): string {
  const text = ownOf(always, name)
  const rule = rules.find(({ trap }) => trap === name)
  return rule ? told(rule) : text === undefined ? '' : `## ${name}\n\n${text}\n`
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
