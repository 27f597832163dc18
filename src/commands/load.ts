import { Command } from 'commander'
import type { CommandIo } from './io.ts'
import { loadAction } from './load/action.ts'
import type { LoadFlags } from './load/flags.ts'
import { collect } from './options.ts'

const help = `
Several URLs take turns. User and password stand before HOST, with an @ behind them, and are shown nowhere. A mix file
is a list of requests, each with path and, as it likes, weight, method, headers, and body, bodyFile (beside the mix
file) or bodyBase64, and \`good\`: what its answer must be (status, contains, json, atLeastBytes, atMostBytes); what is
not is counted as wrong_content. Headers and bodies may hold \${env:NAME}: shown nowhere.
Redirects are counted and not followed. Users keep cookies as browsers do, connections of --pressure keep none.
From 1,000/s on, connections for what is due in the first 4 ms are opened before the plan begins, and are no requests.

Exit codes: 0 measured, 2 the generator itself was too slow to be trusted, 64 usage.`

/** `badgateway load URL…`: load that can be trusted, against anything on this machine. */
export function loadCommand(io: CommandIo): Command {
  return (
    new Command('load')
      .usage('[options] <url...>')
      .argument('[url...]', 'http://HOST:PORT/PATH, https://HOST:PORT/PATH or http://unix:SOCKET:/PATH')
      .option('--rate <rate>', 'arrivals, kept whatever the server does: 200/s, 600/m')
      .option('--for <duration>', 'how long: 6s, 500ms, 2m')
      .option('--timeout <duration>', 'a request is given up after', '10s')
      .option('--mix <file>', 'YAML or JSON list of requests: weight, method, path, headers, body, bodyFile')
      .option(
        '--header <header>',
        "'name: value' for every request that has none of that name (repeatable)",
        collect,
        [],
      )
      .option('--users <number>', 'users that take turns, sent as x-user-id (default: 50)')
      .option('--no-cookies', 'users keep no cookies')
      .option('--pressure', 'closed loop through autocannon: the next request when the last has ended')
      .option('--connections <number>', 'connections of --pressure')
      .option('--ca <file>', 'PEM of the CA that https targets are to be vouched for by')
      .option('--insecure', 'take whatever certificate an https target shows')
      .option('--allow-target <host>', 'allow this host although it is not on this machine (repeatable)', collect, [])
      .option('--csv <file>', 'write a line for every second')
      .option('--jsonl <file>', 'the same as JSON, one object a line')
      .option('--json', 'print JSON')
      // What is unknown is told together with all that is wrong.
      .allowUnknownOption()
      .addHelpText('after', help)
      .action(async (words: string[], flags: LoadFlags, { options }: Command) => {
        const known = options.map(({ long }) => long ?? '')
        io.setExit(await loadAction(words, known, flags, io))
      })
  )
}
