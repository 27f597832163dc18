import { ownOf } from '../kit/own.ts'
import { rules } from './lint.ts'
import type { Rule } from './rule.ts'

/** Out of scope, each by the name that it has there. */
const security = [
  ...['add_header_content_type', 'add_header_multiline', 'add_header_redefinition', 'alias_traversal', 'origins'],
  ...[
    'allow_without_deny',
    'host_spoofing',
    'http2_misdirected_request',
    'http_splitting',
    'return_bypasses_allow_deny',
  ],
  ...[
    'ssrf',
    'status_page_exposed',
    'valid_referers',
    'version_disclosure',
    'weak_ssl_tls',
    'hsts',
    'resolver_external',
  ],
]
const style = ['autoindex-enabled', 'gzip-not-enabled', 'server-tokens-enabled', 'weak-ssl-ciphers', 'indent']

/** What is told whichever rules are asked for. */
export const always: Readonly<Record<string, string>> = {
  unreadable:
    'trap: text that Nginx refuses: a brace, a quote or a semicolon that is missing, a byte order mark, a file that ' +
    'includes itself. Of a file that has one, no other refusal is told.',
  'not-looked-at':
    'note: an include that is not in what was given; a file that is there and cannot be read (exit 2 when no trap ' +
    'was found).',
  'ignored-for-nothing': 'note: a comment, as below, that leaves nothing out.',
}

const intro = `# What lint-config looks for

Printed by \`badgateway lint-config --rules\`; a test keeps this page current. **Traps** fail users sooner or later, and
end with exit 1. **Notes** are worth knowing. **Hints** are, too, but most configurations have them: they are told with
\`--hints\`, or where \`--only\` names them. Each rule knows the block it stands in, what is inherited from outside,
and what a variable can be (\`set\`, \`map\`, \`geo\`, \`split_clients\`, the name of a group, an address). It holds for
\`proxy_pass\`, \`fastcgi_pass\`, \`uwsgi_pass\`, \`scgi_pass\`, \`grpc_pass\`, \`memcached_pass\` alike unless it says
otherwise. Where an include was not looked at, nothing is claimed to be missing.

What follows from no rule:

${Object.entries(always)
  .map(([name, text]) => `- \`${name}\`, ${text}`)
  .join('\n')}

What is meant so is left out by a comment, above the line or behind it, with the rule's name and the reason why:

\`\`\`nginx
# badgateway-ignore default-timeouts reports take ten minutes, and nobody waits for them
proxy_pass http://10.0.0.1:80;
proxy_buffering off; # badgateway-ignore slow-users-hold-backends a stream of events
\`\`\`

How many were left out is said at the end. What Nginx cannot read, and what was not looked at, is always told.

Some rules only: \`--only RULE,RULE\`; all but some: \`--skip RULE\`; one at a time: \`--explain RULE\`.

Security is out of scope: SSRF, splitting, Host spoofing, weak TLS, alias traversal, what versions tell. Gixy-Next looks
for it. Style (indentation, gzip, autoindex) is, too: nginx-lint looks for it.
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

/** Rules of others that are not ours, and where they are. */
export const elsewhere: Readonly<Record<string, string>> = Object.fromEntries([
  ...security.map((name) => [name, `Gixy-Next has it: security is out of scope`]),
  ...style.map((name) => [name, `nginx-lint has it: style is out of scope`]),
])

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
