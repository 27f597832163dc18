import { readFile, stat } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import { inertJson } from '../../kit/inert.ts'
import { deepest, isTooDeep, yamlProblem } from '../../kit/json.ts'
import { strayNames } from '../../kit/own.ts'
import { filled, type RequestSpec, requestSpec } from '../../load/index.ts'

const mostMixBytes = 1024 * 1024
const mostBodyBytes = 16 * 1024 * 1024
const mostMistakes = 5
const mostShown = 80

/** A request as a mix file may have it: its body may lie in a file beside it. */
const writtenRequest = requestSpec.safeExtend({ bodyFile: z.string().min(1).optional() })
type WrittenRequest = z.output<typeof writtenRequest>

/**
 * The requests of a mix file, YAML or JSON, with bodies from files read. USAGE names file, place and value of what is
 * wrong in it; values of headers are never shown.
 */
export async function readMix(
  file: string,
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RequestSpec[]> {
  const path = resolve(cwd, file)
  const data = await parsed(file, path)
  const result = z.array(writtenRequest).min(1).safeParse(data)
  const [stray] = strayNames(data)
  if (stray !== undefined) throw wrong(file, `${stray}: no name can be this`)
  if (!result.success) throw wrong(file, mistakes(data, result.error.issues))
  const mix = await Promise.all(result.data.map((one, index) => withBody(one, index, file, dirname(path))))
  try {
    filled(mix, env)
  } catch (thrown) {
    if (thrown instanceof BadgatewayError) throw wrong(file, thrown.message, thrown.hint)
    throw thrown
  }
  return mix
}

async function parsed(file: string, path: string): Promise<unknown> {
  const text = await contents(path, mostMixBytes, (why) => wrong(file, why))
  const document = parseDocument(text.toString('utf8'), { uniqueKeys: true, strict: true })
  const problem = document.errors[0] ?? document.warnings[0]
  if (problem) throw wrong(file, `Neither YAML nor JSON: ${yamlProblem(problem)}`)
  try {
    const data: unknown = document.toJS({ maxAliasCount: 0 })
    if (!isTooDeep(data)) return data
    throw new Error(`it nests deeper than ${deepest} levels`)
  } catch (thrown) {
    throw wrong(file, `Neither YAML nor JSON: ${reasonOf(thrown)}`)
  }
}

async function withBody(request: WrittenRequest, index: number, file: string, folder: string): Promise<RequestSpec> {
  const { bodyFile, ...rest } = request
  const given = [bodyFile, rest.body, rest.bodyBase64].filter((one) => one !== undefined)
  if (given.length > 1) throw wrong(file, `${index}: only one of body, bodyBase64 and bodyFile can be sent`)
  if (bodyFile === undefined) return rest
  const refuse = (why: string) => wrong(file, `${index}.bodyFile: '${bodyFile}': ${why}`)
  const bytes = await contents(resolve(folder, bodyFile), mostBodyBytes, refuse)
  const { headers = {} } = rest
  const isTyped = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
  const type = extname(bodyFile) === '.json' && !isTyped ? { 'content-type': 'application/json' } : {}
  return { ...rest, headers: { ...headers, ...type }, bodyBase64: bytes.toString('base64') }
}

async function contents(path: string, most: number, refuse: (why: string) => BadgatewayError): Promise<Buffer> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) throw refuse(found ? 'It is a folder, a pipe or a device.' : 'There is no such file.')
  if (found.size > most) throw refuse(`The file has ${found.size} bytes, at most ${most} are read.`)
  return await readFile(path).catch((thrown: unknown) => {
    throw refuse(`It cannot be read: ${reasonOf(thrown)}`)
  })
}

function mistakes(data: unknown, issues: readonly z.core.$ZodIssue[]): string {
  const told = issues.slice(0, mostMistakes).map((issue) => mistake(data, issue))
  const more = issues.length - told.length
  return told.join('; ') + (more > 0 ? `; and ${more} more` : '')
}

function mistake(data: unknown, issue: z.core.$ZodIssue): string {
  const place = issue.path.map(String).join('.') || 'the list'
  // What is wrong with the name of a header stands in an issue of its own.
  const [inner] = issue.code === 'invalid_key' ? issue.issues : []
  const value = issue.path.includes('headers') ? undefined : shown(valueAt(data, issue.path))
  return `${place}: ${inner?.message ?? issue.message}${value === undefined ? '' : ` (it is ${value})`}`
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = data
  for (const key of path) value = value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined
  return value
}

/** A value for people; what holds headers is not shown. */
function shown(value: unknown): string | undefined {
  const holdsHeaders = value !== null && typeof value === 'object'
  return holdsHeaders || value === undefined ? undefined : inertJson(value).slice(0, mostShown)
}

function wrong(file: string, why: string, hint?: string): BadgatewayError {
  return new BadgatewayError('USAGE', `--mix '${file}' will not do`, hint === undefined ? why : `${why}. ${hint}`)
}
