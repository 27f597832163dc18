import type { Rule } from '../rule.ts'

const columns = 72
/** Beside the rooms of src: what else a commit may be about. */
const places = ['test', 'docs', 'house', 'package', 'readme', 'ci', 'changelog', 'lint-config', 'agent']
/** Written before the rule was. */
const before = [
  'stack: what the kernel counts is read from beside a container, in one place',
  'stack, deploy: a history of releases; who waits for a change is given to it',
  'README: lint-config of containers, single rules and their reasons',
  "lint-config: a container's own -c and -p; nginx: templates are instrumented",
  "run: what a scenario's stack is, the scenario says; a rule shuts the shop's door",
  'checks, reporters: an alert is shown for as long as the verdict says it fired',
  'run, journal: a plan is typed by what its steps do and carries them ready',
  'test: mutation testing names survivors with their reasons, leaves no folder',
]
/** Git writes these itself; in a shallow clone a merge may show no parents. */
const ofGit = /^(Merge|Revert) /
/** Said of what was done, and not of what to do. */
const verbs = 'add|fix|remov|chang|mov|renam|updat|us|mak|creat|delet|replac|split|writ|improv|refactor'
const notImperative = new RegExp(`^(?:(?:${verbs})(?:s|es|ed|d|ing)|made|wrote|splitting)\\b`, 'i')

export const subjects: Rule = {
  name: `a commit's subject has at most ${columns} characters, names its room first, and says what to do`,
  check: ({ commits, architecture }) => {
    const rooms = [...architecture.doors.map(({ room }) => room), ...places]
    return commits.flatMap(({ hash, subject }) => {
      if (ofGit.test(subject) || before.includes(subject)) return []
      const [, names = '', rest = ''] = /^([a-z][a-z, -]*): (.*)$/.exec(subject) ?? []
      const strange = names.split(', ').filter((name) => !rooms.includes(name))
      const length = [...subject].length
      const wrong = [
        length > columns && `has ${length} characters, ${columns} are allowed`,
        rest === '' && "does not begin with its room, 'load: …'",
        rest !== '' && strange.length > 0 && `begins with ${strange.join(', ')}, which is no room of ARCHITECTURE.md`,
        notImperative.test(rest) && "is not imperative: 'load: keep …', not 'keeps' or 'kept'",
        /[.!]$/.test(subject) && 'ends like a sentence: leave the full stop out',
      ].filter((one) => one !== false)
      return wrong.map((what) => ({ file: hash, line: 1, message: `'${subject}' ${what}` }))
    })
  },
  bad: {
    architecture: '## Doors\n| `load` | nothing |\n| `run` | nothing |',
    files: {},
    commits: [
      { hash: 'good', subject: 'load: keep what is asked' },
      { hash: 'both', subject: 'load, run: keep what is asked' },
      { hash: 'docs', subject: 'docs: say it' },
      { hash: 'merge', subject: `Merge branch '${'x'.repeat(80)}'` },
      { hash: 'fits', subject: `load: ${'x'.repeat(66)}` },
      { hash: 'long', subject: `load: ${'x'.repeat(67)}` },
      { hash: 'bare', subject: 'Keep what is asked' },
      { hash: 'lost', subject: 'attic: keep what is asked' },
      { hash: 'past', subject: 'load: added what is asked' },
      { hash: 'stop', subject: 'load: keep what is asked.' },
    ],
    found: ['long:1', 'bare:1', 'lost:1', 'past:1', 'stop:1'],
  },
}
