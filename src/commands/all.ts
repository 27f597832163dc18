import { Command } from 'commander'
import type { CommandIo } from './io.ts'

/** A command as the help lists it; its file is loaded when it is typed. */
export interface Entry {
  readonly name: string
  /** What stands behind the name. */
  readonly usage: string
  readonly about: string
  readonly load: () => Promise<(io: CommandIo) => Command>
}

/** Every command, in the order of the help. */
export const commands: readonly Entry[] = [
  {
    name: 'run',
    usage: '[options] <scenario>',
    about: 'run a scenario, or all of a group: start the stack, inject, recover, judge',
    load: async () => (await import('./run.ts')).runCommand,
  },
  {
    name: 'init',
    usage: '[options] [folder]',
    about: 'look at your own Compose project and write badgateway.yaml: what was understood, what was guessed',
    load: async () => (await import('./init.ts')).initCommand,
  },
  {
    name: 'runbook',
    usage: '[options] [cause...]',
    about: 'measure which step of the escalation guide finds and cures which cause of a 502 or 504',
    load: async () => (await import('./runbook.ts')).runbookCommand,
  },
  {
    name: 'check',
    usage: '[options] [folder]',
    about:
      'break your own stack in every way that applies, and print the matrix: who failed, who was told, how it ended',
    load: async () => (await import('./check.ts')).checkCommand,
  },
  {
    name: 'what-if',
    usage: '[options] <old> <new>',
    about: 'play two files of a configuration, or two images of the proxy, in turn, and print only what differs',
    load: async () => (await import('./what-if.ts')).whatIfCommand,
  },
  {
    name: 'gate',
    usage: '[options] [folder]',
    about: 'find the highest rate that keeps your thresholds, and deploy at a share of it: reload, restarts, a spike',
    load: async () => (await import('./gate/gate.ts')).gateCommand,
  },
  {
    name: 'explain',
    usage: '[options] [folder]',
    about: 'say in words what check would do; nothing is started',
    load: async () => (await import('./explain.ts')).explainCommand,
  },
  {
    name: 'history',
    usage: '[options] [folder]',
    about: 'say what came of each cell and variant in the runs that are kept, and which changed by themselves',
    load: async () => (await import('./history.ts')).historyCommand,
  },
  {
    name: 'list',
    usage: '[options]',
    about: 'list the scenarios that come along, with their groups and variants',
    load: async () => (await import('./list.ts')).listCommand,
  },
  {
    name: 'report',
    usage: '[options] <folder>',
    about: 'make all reports of a run again, from its journals alone',
    load: async () => (await import('./report.ts')).reportCommand,
  },
  {
    name: 'judge',
    usage: '[options] <folder>',
    about: 'judge a run again, from its journals alone; exits like the run would',
    load: async () => (await import('./judge.ts')).judgeCommand,
  },
  {
    name: 'merge',
    usage: '[options] <folder...>',
    about: 'join what the shards of a check or a group have played to one report and one verdict',
    load: async () => (await import('./shards/merge.ts')).mergeCommand,
  },
  {
    name: 'load',
    usage: '[options] <url...>',
    about: 'send load to a URL on this machine and say what became of every request',
    load: async () => (await import('./load.ts')).loadCommand,
  },
  {
    name: 'doctor',
    usage: '[options]',
    about: 'say what this machine has and lacks for a run, and what to do about it',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    name: 'setup',
    usage: '[options]',
    about: 'make this machine ready: a Docker engine that answers, and the images',
    load: async () => (await import('./setup.ts')).setupCommand,
  },
  {
    name: 'lint',
    usage: '[options] [file]',
    about: 'say what in badgateway.yaml or a scenario proves less than it seems to; nothing is started',
    load: async () => (await import('./lint.ts')).lintCommand,
  },
  {
    name: 'lint-config',
    usage: '[options] [path]',
    about: 'look for the traps of Nginx in a configuration; exits 1 when there is one',
    load: async () => (await import('./lint-config.ts')).lintConfigCommand,
  },
  {
    name: 'rules',
    usage: '[options] [folder]',
    about: 'say of each alert rule what it needs, what is there, and from which time scale on it can be asked',
    load: async () => (await import('./rules.ts')).rulesCommand,
  },
  {
    name: 'compare-stacks',
    usage: '[options] <a> <b>',
    about: 'say how two stacks differ, and what that means for a test; exit code 0: equal, 1: they differ',
    load: async () => (await import('./compare-stacks.ts')).compareStacksCommand,
  },
  {
    name: 'clean',
    usage: '[options]',
    about: 'remove containers, networks and volumes that dead runs left; a live run is never touched',
    load: async () => (await import('./clean.ts')).cleanCommand,
  },
  {
    name: 'schema',
    usage: '[options] [file...]',
    about: 'print the JSON Schema of a scenario file (of own kinds too: name their files), or of badgateway.yaml',
    load: async () => (await import('./schema.ts')).schemaCommand,
  },
]

/** All of them for what was typed: the one that is named is loaded, of the others only their names are known. */
export async function commandsFor(argv: readonly string[], io: CommandIo): Promise<Command[]> {
  const words = argv.filter((word) => !word.startsWith('-'))
  const named = words[0] === 'help' ? words[1] : words[0]
  return await Promise.all(
    commands.map(async ({ name, usage, about, load }) => {
      const command = name === named ? (await load())(io) : new Command(name).usage(usage)
      return command.description(about)
    }),
  )
}
