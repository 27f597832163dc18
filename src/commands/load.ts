import { Command } from 'commander'
import type { CommandIo } from './io.ts'
import type { LoadFlags } from './load-flags.ts'

/** `badgateway load URL`: load that can be trusted, against anything on this machine. */
export function loadCommand(io: CommandIo): Command {
  return new Command('load')
    .description('send load to a URL on this machine and say what became of every request')
    .argument('<url>', 'http://HOST:PORT/PATH')
    .option('--rate <rate>', 'arrivals, kept whatever the server does: 200/s, 600/m')
    .option('--for <duration>', 'how long: 6s, 500ms, 2m')
    .option('--timeout <duration>', 'a request is given up after', '10s')
    .option('--mix <file>', 'YAML or JSON list of requests: weight, method, path, body')
    .option('--users <number>', 'users that take turns, sent as x-user-id (default: 50)')
    .option('--pressure', 'closed loop through autocannon: the next request when the last has ended')
    .option('--connections <number>', 'connections of --pressure')
    .option('--allow-target <host>', 'allow this host although it is not on this machine (repeatable)', collect, [])
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExit codes: 0 measured, 2 the generator itself was too slow to be trusted, 64 usage.')
    .action(async (url: string, flags: LoadFlags) => {
      const { loadAction } = await import('./load-action.ts')
      io.setExit(await loadAction(url, flags, io))
    })
}

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}
