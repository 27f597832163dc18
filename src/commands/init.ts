import { Command } from 'commander'
import { initAction } from './init/action.ts'
import type { InitFlags } from './init/flags.ts'
import type { CommandIo } from './io.ts'
import { attachWhat, collect } from './options.ts'

/** `badgateway init [DIR]`: looks at a Compose project and writes badgateway.yaml. */
export function initCommand(io: CommandIo): Command {
  return new Command('init')
    .argument('[folder]', 'folder of the Compose project', '.')
    .option('--file <file>', 'Compose file, as with -f (may be repeated)', collect, [])
    .option('--profile <name>', 'Compose profile to switch on (may be repeated)', collect, [])
    .option('--outside', 'its copy may reach addresses outside of this machine')
    .option('--proxy <service>', 'the service whose Nginx users meet')
    .option('--from-access-log <file>', 'take the traffic from this access log; nothing personal is kept')
    .option('--from-openapi <file>', 'take the traffic from the safe operations of this OpenAPI file')
    .option('--out <file>', 'where to write (default: badgateway.yaml in the folder)')
    .option('--force', 'write over a file that is there')
    .option('--dry-run', 'print the file instead of writing it')
    .option('--types', 'write badgateway.d.ts for tests in TypeScript, from the badgateway.yaml that is there')
    .option('--attach <what>', attachWhat)
    .option('--yes', 'agree to what is done to attached containers')
    .option('--engine-host <host>', 'allow this engine although it is not on this machine')
    .action(async (folder: string, flags: InitFlags) => {
      io.setExit(await initAction(folder, flags, io))
    })
}
