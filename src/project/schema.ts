import { z } from 'zod'
import { lasting } from '../kit/duration.ts'
import { didYouMean } from '../kit/near-miss.ts'
import { requestSpec } from '../load/index.ts'
import { commandsSchema } from './commands.ts'
import { dataSchema } from './data.ts'
import { macroMistakes, macrosSchema, steps } from './macros.ts'

const name = z
  .string()
  .max(63)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, 'no name: letters, digits, . _ - and a letter or digit first')
/** As the proxy's configuration has it: of a block, or `api:3000` where a host is a group on several ports. */
const groupName = z
  .string()
  .max(63)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/, 'no name of a group')
const port = z.int('no port: a whole number from 1 to 65535').min(1).max(65_535)
const path = z.string().regex(/^\/[\x21-\x7e]*$/, 'no path: begin with / and use printable ASCII')
const pathInside = z.string().regex(/^\/[^\0\r\n]+$/, 'no path in a container: begin with /')

const hostName = z.string().regex(/^[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/, 'no host: a name, and `:PORT` where it has one')

/** What a group of servers can be spoken to in. */
export const protocols = ['http', 'https', 'fastcgi', 'uwsgi', 'scgi', 'grpc', 'grpcs', 'tcp'] as const
export type Protocol = (typeof protocols)[number]

/** Share of the requests, 0 to 1: written `0.5%`. */
export const shareSchema = z
  .string()
  .regex(/^(100|\d{1,2}(\.\d{1,4})?)\s?%$/, 'no share: write a number from 0 to 100 and %, e.g. 0.5%')
  .transform((text) => Number(text.replace('%', '')) / 100)

const budget = z.strictObject({
  failedAtMost: shareSchema.optional().describe('Share of the requests that may fail, `5%`; `0%`: none may.'),
  recoveredWithin: lasting.optional().describe('From the end of the fault until users are served well again.'),
  p95AtMost: lasting.optional().describe('95 of 100 answers come within this time while the fault is there.'),
  alertWithin: lasting.optional().describe('From the first failed request until an alert fires.'),
})
export type Budget = z.output<typeof budget>

const upstream = z
  .strictObject({
    servers: z
      .array(
        z
          .string()
          .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(:\d{1,5})?$/, 'no service: its name, and `:PORT` where it differs'),
      )
      .min(1)
      .max(64)
      .describe(
        'Compose services that stand in for each other, in the order of the `upstream` block. One that is scaled ' +
          'stands for all its containers; `NAME-2` is the second one. `NAME:PORT` where one has another port.',
      ),
    port: port.optional().describe('Where each of them listens, inside its container.'),
    socket: pathInside.optional().describe('The Unix socket that they listen on, instead of `port`.'),
    protocol: z.enum(protocols).default('http').describe('What the proxy speaks to them.'),
    health: path.optional().describe('Path that answers 200 while a server is well; absent: a connection is tried.'),
    page: path.default('/').describe('Path at the site that only this group answers.'),
    location: z
      .string()
      .min(1)
      .max(500)
      .regex(/^[^\0\r\n]+$/, 'no location: one line')
      .default('/')
      .describe('The location of the proxy that leads to this group, as its configuration has it.'),
    host: hostName.optional().describe("Host header for its page, where it differs from the proxy's."),
  })
  .superRefine(
    (one, context) => {
      if ((one.port === undefined) !== (one.socket === undefined)) return
      const found = one.port === undefined ? 'has neither' : 'has both'
      context.addIssue({ code: 'custom', path: ['port'], message: `a group has a port or a socket; this one ${found}` })
    },
    { when: ({ value }) => typeof value === 'object' && value !== null },
  )

const dependency = z.strictObject({
  service: name.describe('Compose service.'),
  kind: z.string().min(1).max(40).describe('What it is: `postgres`, `mysql`, `redis`, `rabbitmq`, …'),
  port: port.optional().describe('Where it listens, inside its container.'),
  of: z.array(groupName).default([]).describe('Upstreams whose servers use it.'),
})

const secret = z
  .strictObject({
    env: z.string().min(1).optional().describe('Variable of the environment that holds it.'),
    file: z.string().min(1).optional().describe('File whose first line it is. Paths begin at this file.'),
  })
  .refine(({ env, file }) => (env === undefined) !== (file === undefined), 'is in `env`, or in `file`: one of them')

const monitor = z.strictObject({
  service: name.describe('Compose service.'),
  port: port.describe('Where it listens, inside its container.'),
  prefix: path.optional().describe('Path before its own: its `web.route-prefix`.'),
  scheme: z.enum(['http', 'https']).optional().describe('How it is asked; absent: `http`. Any certificate is taken.'),
  auth: z
    .strictObject({
      user: z.string().min(1).max(200).optional().describe('Of basic auth; absent: the secret is a bearer token.'),
      secret: secret.describe('Password or token. It is read when the check starts, and shown nowhere.'),
    })
    .optional()
    .describe('As whom it is asked; absent: without credentials.'),
})

const fields = z.strictObject({
  stack: z
    .strictObject({
      compose: z
        .array(z.string().min(1))
        .min(1)
        .default(['compose.yaml'])
        .describe('Compose files, as with `-f`: later ones override earlier ones. Paths begin at this file.'),
      profiles: z.array(z.string().min(1)).default([]).describe('Compose profiles that are switched on.'),
      outside: z
        .boolean()
        .default(false)
        .describe('Its copy may reach addresses outside of this machine; refused where it has an Alertmanager.'),
    })
    .prefault({})
    .describe('How the stack is started.'),
  proxy: z
    .strictObject({
      service: name.describe('Compose service of the Nginx in front.'),
      config: pathInside.default('/etc/nginx/nginx.conf').describe('Its main file, inside its container.'),
      port: port.default(80).describe('Port of the site, inside its container.'),
      scheme: z.enum(['http', 'https']).default('http').describe('How the site is asked.'),
      host: hostName.optional().describe('Host header of every request; absent: the address that is asked.'),
    })
    .describe('The proxy that users meet.'),
  upstreams: z
    .record(groupName, upstream)
    .refine((all) => Object.keys(all).length > 0, 'there is none: one is needed')
    .describe('Groups of servers by name: that of the `upstream` block, or of the host that `proxy_pass` names.'),
  dependencies: z.record(name, dependency).default({}).describe('What the servers need: databases, caches, queues.'),
  monitoring: z
    .strictObject({
      rules: z
        .array(z.string().min(1))
        .default([])
        .describe('Prometheus rule files. Paths begin at this file; `*` stands for any part of a name.'),
      probes: z
        .array(z.enum(['servers', 'dependencies']))
        .default([])
        .describe(
          'Whom blackbox_exporter asks beside the site, as yours does: `servers`, `dependencies`. With them ' +
            '`probe_success == 0` is true of a server that no user misses.',
        ),
      prometheus: monitor
        .optional()
        .describe(
          'The Prometheus of the stack: its alerts are those that count, by its own intervals. Where it does not ' +
            'answer, or with `--monitoring ours`, `rules` are asked by one of ours.',
        ),
      alertmanager: monitor.optional().describe('The Alertmanager of the stack: whom an alert reaches, and when.'),
    })
    .prefault({})
    .describe('Who watches.'),
  traffic: z
    .strictObject({
      users: z.int().min(1).max(100_000).default(20).describe('How many users take turns.'),
      ratePerS: z.number().min(0.001).max(100_000).default(20).describe('Requests a second, all users together.'),
      timeout: lasting.prefault('10s').describe('How long a user waits for an answer.'),
      mix: z.array(requestSpec).min(1).optional().describe('What they ask for; absent: the page of each upstream.'),
    })
    .prefault({})
    .describe('Who asks, and for what.'),
  commands: commandsSchema.describe('Your own commands, by name. A file that has some is code: docs/safety.md.'),
  macros: macrosSchema.describe(
    'Lists of programs by name, each a list or the name of another macro: `run`, `undo` and `witness` may name one. ' +
      'They are run one after the other, up to the first that ends with another exit code than 0.',
  ),
  data: dataSchema.describe('What your data must say once the users of a cell have gone, by name.'),
  timeouts: z
    .strictObject({
      atMost: lasting.describe('Longer timeouts of the proxy are shortened to this, on our copy.'),
    })
    .optional()
    .describe("So that modes that wait for Nginx's own timeouts (60 s each) take less time. The report says so."),
  expect: z
    .strictObject({
      default: budget.optional().describe('Of every cell that has no other.'),
      modes: z.record(z.string(), budget).default({}).describe('By name of the mode: `refuse`.'),
      targets: z.record(z.string(), budget).default({}).describe('By name of the target: `api-1`.'),
    })
    .optional()
    .describe('Budgets: what is over one is a failure. Absent: everything is told and nothing is red.'),
})

/** Roles of services that have a meaning of their own: no group is called so. */
export const takenNames: readonly string[] = ['proxy', 'dependency', 'other', 'database', 'monitoring', 'agent']

/** What refers to each other, however wrong the rest is: all mistakes are told at once. */
const references = z.looseObject({
  upstreams: z
    .record(z.string(), z.looseObject({ servers: z.array(z.string()).catch([]) }).catch({ servers: [] }))
    .catch({}),
  dependencies: z.record(z.string(), z.looseObject({ of: z.array(z.string()).catch([]) }).catch({ of: [] })).catch({}),
  macros: macrosSchema.catch({}),
  commands: z.record(z.string(), z.record(z.string(), z.unknown()).catch({})).catch({}),
})

/** Where commands may name a macro. */
function macroUses(commands: z.output<typeof references>['commands']) {
  return Object.entries(commands).flatMap(([name, command]) =>
    Object.entries(command).flatMap(([role, parts]) =>
      Object.entries(z.record(z.string(), z.unknown()).catch({}).parse(parts)).flatMap(([part, given]) => {
        const written = ['run', 'undo', 'witness'].includes(part) ? steps.safeParse(given).data : undefined
        return written === undefined ? [] : [{ path: ['commands', name, role, part], written }]
      }),
    ),
  )
}

/** badgateway.yaml: what somebody's stack is, as data. */
export const projectSchema = fields.superRefine(
  (value, context) => {
    const { upstreams, dependencies, macros, commands } = references.parse(value)
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
    for (const { path, message } of macroMistakes(macros, macroUses(commands))) refuse(path, message)
    const groups = Object.keys(upstreams)
    const homes = new Map<string, string>()
    for (const [group, { servers }] of Object.entries(upstreams)) {
      if (takenNames.includes(group)) refuse(['upstreams', group], 'the name has another meaning here')
      for (const [at, server] of servers.entries()) {
        const home = homes.get(server)
        if (home !== undefined)
          refuse(['upstreams', group, 'servers', String(at)], `it is a server of '${home}' already`)
        homes.set(server, group)
      }
    }
    for (const [name, { of }] of Object.entries(dependencies)) {
      for (const [at, group] of of.entries()) {
        if (groups.includes(group)) continue
        const hint = `${didYouMean(group, groups)}There are: ${groups.join(', ')}`
        refuse(['dependencies', name, 'of', String(at)], `there is no upstream of this name. ${hint}`)
      }
    }
  },
  { when: ({ value }) => typeof value === 'object' && value !== null },
)

/** As it was read, defaults filled in. Durations are ms, shares 0 to 1. */
export type ProjectFile = z.output<typeof projectSchema>
/** As somebody writes it. */
export type ProjectInput = z.input<typeof projectSchema>

/** JSON Schema of badgateway.yaml, for editors. */
export function projectJsonSchema(): unknown {
  return z.toJSONSchema(projectSchema, { io: 'input', unrepresentable: 'any' })
}
