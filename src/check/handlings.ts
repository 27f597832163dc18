import { reasonOf } from '../kit/errors.ts'
import type { Handlings } from '../modes/index.ts'
import { dumpOf, filesOf, handlingsOf, readConfiguration } from '../nginx/index.ts'
import { effectiveConfiguration, type Stack } from '../stack/index.ts'

/** What the proxy does about each group; nothing where its configuration cannot be read, which is said. */
export async function handlingsIn(stack: Stack, say: (text: string) => void): Promise<Handlings> {
  try {
    const said = await effectiveConfiguration(stack.proxy())
    const dump = said === undefined ? undefined : dumpOf(said)
    if (dump) {
      const configuration = readConfiguration({ main: dump.main, files: filesOf(dump.files) })
      return handlingsOf(configuration, Object.keys(stack.description.upstreams))
    }
    say('The configuration of the proxy could not be read: its timeouts are taken for those that Nginx has by default.')
  } catch (thrown) {
    say(`The configuration of the proxy could not be read (${reasonOf(thrown)}): Nginx's default timeouts are assumed.`)
  }
  return {}
}
