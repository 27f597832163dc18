import type { Directive } from '../read/directive.ts'
import type { Configuration } from '../read/read.ts'
import type { Where } from '../sites/choose-server.ts'
import { Sites } from '../sites/sites.ts'
import { BlockEdit } from './block.ts'
import { PassEdit } from './passes.ts'
import { ServerEdit, ServersEdit } from './servers.ts'
import { Splices } from './splices.ts'

/** Changes a configuration at places that are found by what they mean. */
export class Edit extends Splices {
  #sites: Sites | undefined

  /** What the configuration answers, as it was before any edit. */
  get sites(): Sites {
    this.#sites ??= new Sites(this.configuration)
    return this.#sites
  }

  /** The upstream of this name; of all files, whatever the file is called. */
  upstream(name: string): ServersEdit {
    const blocks = this.find((one) => one.name === 'upstream' && one.block !== null && one.args[0] === name)
    return new ServersEdit(this, blocks)
  }

  /** A `server` of an upstream, to be changed. */
  server(directive: Directive): ServerEdit {
    return new ServerEdit(this, directive)
  }

  /** A block, to be changed. */
  block(directive: Directive): BlockEdit {
    return new BlockEdit(this, directive, this.sites.model.effects)
  }

  /** The server that answers for this host on this port; undefined: none does. */
  site(where: Where = {}): BlockEdit | undefined {
    const found = this.sites.server(where)
    return 'because' in found ? undefined : this.block(found.server)
  }

  /** The location that answers this path there, as Nginx chooses; undefined: the server itself does, or nobody. */
  location(path: string, where: Where = {}): BlockEdit | undefined {
    const found = this.sites.answering(path, where)
    return 'because' in found || !found.location ? undefined : this.block(found.location)
  }

  /** Each `…_pass` that leads to a group: an `upstream` block, or a host that is named there. */
  passes(group: string): PassEdit[] {
    const { sites } = this
    const found = sites.groups.filter(({ name }) => name === group)
    return [...new Set(found.flatMap(({ passes }) => passes))].map(
      (pass) => new PassEdit(this, pass, group, sites.model),
    )
  }
}

/** Begins to edit a configuration that was read. */
export const edit = (configuration: Configuration): Edit => new Edit(configuration)
