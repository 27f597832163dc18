import { BadgatewayError } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import { ownOf } from '../kit/own.ts'
import type { Stack } from './types.ts'

/** One value that is read of somebody's data. */
export type DataQuestion =
  | { readonly by: 'http'; readonly path: string; readonly status: number; readonly json?: string | undefined }
  | {
      readonly by: 'postgres' | 'mysql'
      readonly service: string
      readonly query: string
      readonly user?: string | undefined
      readonly database?: string | undefined
      /** Variable of the container that holds it. */
      readonly password?: string | undefined
    }
  | {
      readonly by: 'redis'
      readonly service: string
      readonly command: readonly string[]
      readonly password?: string | undefined
    }

const limitMs = 10_000

/** What the file says, and the value of the variable that it names. */
const begin = `USER_GIVEN=$1 DATABASE_GIVEN=$2 SECRET_GIVEN=$([ -z "$3" ] || printenv "$3")
shift 3`

/** The database's own client, with what its container says of user and database where nothing else is said. */
const clients = {
  postgres: `export PGUSER="\${USER_GIVEN:-\${PGUSER:-\${POSTGRES_USER:-postgres}}}"
export PGDATABASE="\${DATABASE_GIVEN:-\${PGDATABASE:-\${POSTGRES_DB:-$PGUSER}}}"
export PGPASSWORD="\${SECRET_GIVEN:-\${PGPASSWORD:-$POSTGRES_PASSWORD}}"
exec psql -XAtq -v ON_ERROR_STOP=1 -c "$1"`,
  mysql: `root="\${MYSQL_ROOT_PASSWORD:-$MARIADB_ROOT_PASSWORD}"; own="\${MYSQL_PASSWORD:-$MARIADB_PASSWORD}"
user=$(id -un)
[ -z "$own" ] || user="\${MYSQL_USER:-$MARIADB_USER}"
[ -z "$root" ] || user=root
export MYSQL_PWD="\${SECRET_GIVEN:-\${MYSQL_PWD:-\${root:-$own}}}"
client=$(command -v mariadb || command -v mysql) || exit 127
exec "$client" -NB -u "\${USER_GIVEN:-$user}" -e "$1" "\${DATABASE_GIVEN:-\${MYSQL_DATABASE:-$MARIADB_DATABASE}}"`,
  redis: `secret="\${SECRET_GIVEN:-$REDIS_PASSWORD}"
[ -z "$secret" ] || export REDISCLI_AUTH="$secret"
exec redis-cli "$@"`,
}

/** What it says now, as text. KIND_FAILED when it cannot be read. */
export async function askData(stack: Stack, question: DataQuestion): Promise<string> {
  if (question.by === 'http') return await askSite(stack, question)
  const { by, service } = question
  const given = by === 'redis' ? question.command : [question.query]
  const { user = '', database = '' } = by === 'redis' ? {} : question
  const argv = ['sh', '-c', `${begin}\n${clients[by]}`, 'sh', user, database, question.password ?? '', ...given]
  const { code, output } = await stack.service(service).exec(argv, { timeoutMs: limitMs })
  if (code === 0) return output.trim()
  throw unread(service, `its client ended with ${code}: ${inert(output.trim(), 300)}`)
}

async function askSite(stack: Stack, { path, status, json }: Extract<DataQuestion, { by: 'http' }>): Promise<string> {
  const proxy = stack.proxy()
  const answer = await proxy.ask(path, { timeoutMs: limitMs })
  if (answer.status !== status) throw unread(`${proxy.name}${inert(path)}`, answer.because)
  if (json === undefined) return answer.body.trim()
  const found = fieldOf(answer.body, json)
  if (found === undefined) throw unread(`${proxy.name}${inert(path)}`, `its body has no ${inert(json)}`)
  return typeof found === 'string' ? found : JSON.stringify(found)
}

function fieldOf(body: string, path: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return undefined
  }
  for (const name of path.split('.')) value = isRecord(value) ? ownOf(value, name) : undefined
  return value
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function unread(what: string, why: string): BadgatewayError {
  return new BadgatewayError('KIND_FAILED', `${inert(what)} cannot be read: ${why}`, 'See data: in badgateway.yaml.')
}
