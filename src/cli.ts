import { createInterface } from 'node:readline/promises'
import { Command, CommanderError, Help, type Option } from 'commander'
import { type CommandIo, commandsFor } from './commands/index.ts'
import { inertCommand } from './kit/ci/workflow-command.ts'
import { asBadgatewayError, type BadgatewayError, exitCodes } from './kit/errors.ts'
import { versionOf } from './kit/home.ts'
import { inert, inertLines } from './kit/inert.ts'

/** A line of an error's message, in characters: a scenario may have many mistakes. */
const messageLimit = 20_000

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}

/** The only place that knows the process: argv in, exit code out. */
const io: CommandIo = {
  out: (text) => void process.stdout.write(inertLines(text, { controls: process.stdout.isTTY })),
  err: (text) => void process.stderr.write(inertLines(text, { controls: process.stderr.isTTY })),
  // Standard error: standard output is JSON with --json.
  annotate: (command) => void process.stderr.write(inertCommand(command)),
  setExit: (code) => {
    process.exitCode = code
  },
  isTty: process.stdout.isTTY === true,
  columns: process.stdout.columns || 100,
  color: process.stdout.isTTY === true && !process.env['NO_COLOR'],
  env: process.env,
  setEnv: (variables) => void Object.assign(process.env, variables),
  cwd: process.cwd(),
  input: () => process.stdin,
  ...(process.stdin.isTTY && process.stderr.isTTY ? { ask } : {}),
  onInterrupt: (listener) => {
    let times = 0
    const hear = () => listener(++times)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
    for (const signal of signals) process.on(signal, hear)
    return () => {
      for (const signal of signals) process.off(signal, hear)
    }
  },
  exitNow: (code) => process.exit(code),
}

/** A default as it is typed; that nothing is there is no default to tell of. */
const optionDescription = (option: Option): string =>
  new Help()
    .optionDescription(option)
    .replace(/ ?\(default: \[\]\)$/, '')
    .replace(/\(default: "([^"]*)"\)$/, '(default: $1)')

const program = new Command('badgateway')
  .description('Chaos tests for the moment a site answers 502: real Nginx, real users, real alerts, proven recovery.')
  .version(versionOf())
  .exitOverride()
  .configureOutput({ writeOut: io.out, writeErr: io.err })
  .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}`, optionDescription })
  .showHelpAfterError('(badgateway --help tells more)')
  .addHelpText(
    'after',
    '\nExit codes: 0 pass, 1 fail, 2 inconclusive, 3 harness or environment, 4 not proven clean, 64 usage.',
  )

for (const command of await commandsFor(process.argv.slice(2), io)) {
  program.addCommand(command.exitOverride().copyInheritedSettings(program))
}

/** Lines of a message are below each other, indented: none of them can pass for a line of ours. */
function tellError({ code, message, hint }: BadgatewayError): void {
  const lines = [...message.split('\n'), `${hint} [${code}]`].map((line) => inert(line.trimEnd(), messageLimit))
  io.err(lines.map((line, index) => `${index === 0 ? 'badgateway: ' : '  '}${line}\n`).join(''))
}

// A reader that went away (`| head`) is no reason to die with half of the undo done.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

// What nobody awaited must not end with Node's own exit code 1, which says here that the system under test failed.
process.on('uncaughtException', (thrown) => {
  tellError(asBadgatewayError(thrown))
  io.exitNow(exitCodes.environment)
})

try {
  await program.parseAsync(process.argv)
} catch (thrown) {
  if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? 0 : exitCodes.usage
  else {
    const error = asBadgatewayError(thrown)
    tellError(error)
    process.exitCode = error.exitCode
  }
}
