import { isReadable, readData } from '../../kit/data/data-file.ts'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import { deepest, isTooDeep } from '../../kit/json.ts'

/** What an OpenAPI file lets anybody ask for. */
export interface DescribedTraffic {
  readonly mix: readonly { readonly path: string; readonly headers?: Readonly<Record<string, string>> }[]
  /** `GET /users/{id}`, and why it was left out. */
  readonly left: readonly { readonly request: string; readonly because: string }[]
}

type Fields = Readonly<Record<string, unknown>>

/** A description with more operations than this is read to here. */
const mostOperations = 500
const mostMiB = 16

/** Its safe operations: GET, open to anybody, whose required parameters have an example or a default. */
export async function readOpenApi(file: string): Promise<DescribedTraffic> {
  const unreadable = await isReadable(file, mostMiB)
  if (unreadable) throw refused(file, unreadable === 'absent' ? 'no such file' : unreadable.because)
  const data = await readData(file).catch((thrown: unknown) => Promise.reject(refused(file, reasonOf(thrown))))
  if (isTooDeep(data)) throw refused(file, `nests deeper than ${deepest} levels`)
  const root = fieldsOf(data)
  if (root['openapi'] === undefined && root['swagger'] === undefined) throw refused(file, 'is no OpenAPI description')
  return safeOperations(root)
}

const refused = (file: string, what: string) =>
  new BadgatewayError('USAGE', `--from-openapi: ${file}: ${what}`, 'Name a file of OpenAPI 2 or 3, YAML or JSON.')

export function safeOperations(root: Fields): DescribedTraffic {
  const mix: { path: string; headers?: Record<string, string> }[] = []
  const left: { request: string; because: string }[] = []
  const prefix = prefixOf(root)
  for (const [template, item] of Object.entries(fieldsOf(root['paths'])).slice(0, mostOperations)) {
    const path = resolved(item, root)
    if (path['get'] === undefined) continue
    const operation = fieldsOf(path['get'])
    const request = `GET ${template}`
    const parameters = [...listOf(path['parameters']), ...listOf(operation['parameters'])].map((one) =>
      resolved(one, root),
    )
    const found = needsKey(operation, root) ? 'it asks for authorization' : filled(template, parameters, root)
    if (typeof found === 'string') left.push({ request, because: found })
    else mix.push({ ...found, path: `${prefix}${found.path}` })
  }
  return { mix, left }
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** What a `$ref` within the file leads to. */
function resolved(value: unknown, root: Fields, left = 8): Fields {
  const fields = fieldsOf(value)
  const { $ref: reference } = fields
  if (typeof reference !== 'string' || !reference.startsWith('#/') || left === 0) return fields
  const names = reference
    .slice(2)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  const found = names.reduce<unknown>((inner, name) => fieldsOf(inner)[name], root)
  return resolved(found, root, left - 1)
}

/** The path of the first server, or Swagger's basePath. */
function prefixOf(root: Fields): string {
  const url = fieldsOf(listOf(root['servers'])[0])['url'] ?? root['basePath']
  const path = typeof url === 'string' ? url.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/\/+$/, '') : ''
  return /^(\/[\w.~-]+)*$/.test(path) ? path : ''
}

function needsKey(operation: Fields, root: Fields): boolean {
  const asked = operation['security'] ?? root['security']
  // An empty object among them: it may be left out.
  return Array.isArray(asked) && asked.length > 0 && asked.every((one) => Object.keys(fieldsOf(one)).length > 0)
}

/** The path with its parameters; or why there is none. */
function filled(template: string, parameters: readonly Fields[], root: Fields) {
  let path = template
  const query: string[] = []
  const headers: Record<string, string> = {}
  for (const parameter of parameters) {
    const name = String(parameter['name'])
    const place = parameter['in']
    const isNeeded = parameter['required'] === true || place === 'path'
    const value = exampleOf(parameter, root)
    if (value === undefined) {
      if (isNeeded) return `its parameter '${name}' has neither an example nor a default`
    } else if (place === 'path') path = path.replaceAll(`{${name}}`, () => encodeURIComponent(value))
    else if (isNeeded && place === 'query') query.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    else if (isNeeded && place === 'header') headers[name] = value
    else if (isNeeded) return `its parameter '${name}' is part of ${String(place)}`
  }
  const whole = `${path}${query.length > 0 ? `?${query.join('&')}` : ''}`
  if (!/^\/[\x21-\x7e]*$/.test(whole) || /[{}]/.test(whole)) return 'its path has a part without a value'
  return { path: whole, ...(Object.keys(headers).length > 0 ? { headers } : {}) }
}

function exampleOf(parameter: Fields, root: Fields): string | undefined {
  const schema = resolved(parameter['schema'], root)
  const [example] = Object.values(fieldsOf(parameter['examples']))
  const all = [
    parameter['example'],
    fieldsOf(example)['value'],
    parameter['x-example'],
    parameter['default'],
    schema['example'],
    listOf(schema['examples'])[0],
    schema['default'],
    listOf(schema['enum'] ?? parameter['enum'])[0],
  ]
  const found = all.find((one) => ['string', 'number', 'boolean'].includes(typeof one) && one !== '')
  return found === undefined ? undefined : String(found)
}
