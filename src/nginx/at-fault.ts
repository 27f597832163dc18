import { passTo, same } from './handling.ts'
import { modelOf } from './knowledge/model.ts'
import type { Directive } from './read/directive.ts'
import type { Configuration } from './read/read.ts'

/** Options of a `server` line that are spoken of as directives are. */
const serverOptions = ['max_fails', 'fail_timeout']

/**
 * Where a configuration decides this of a group: the directive of that name that holds for the pass to it; where none
 * is written, the pass. Of `server` and its options the line in the `upstream` block. Undefined: nothing leads there.
 */
export function atFault(configuration: Configuration, group: string, name: string): Directive | undefined {
  const model = modelOf(configuration)
  const pass = passTo(model, group)
  const upstream = model.upstreams.find((one) => same(one.name, group))
  if (name === 'server') return upstream?.directive ?? pass?.directive
  if (serverOptions.includes(name)) {
    const line = upstream?.servers.find(({ options }) => options.has(name)) ?? upstream?.servers[0]
    return line?.directive ?? upstream?.directive ?? pass?.directive
  }
  return pass && (model.effects.first(pass.directive, name).directive ?? pass.directive)
}
