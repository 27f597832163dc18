import { BadgatewayError } from '../../kit/errors.ts'
import type { Json } from '../../kit/json.ts'
import { hide } from '../../kit/masked.ts'
import { ownOf } from '../../kit/own.ts'
import type { RequestSpec, TargetSpec } from '../types.ts'
import { headerValue } from './headers.ts'

type Environment = Readonly<Record<string, string | undefined>>

const reference = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g

/**
 * The requests with every `${env:NAME}` of their headers and bodies filled in. USAGE names the variable and its place
 * when there is none, or when it cannot be in a header: its value is never shown, also where a server sends it back.
 */
export function filled(mix: readonly RequestSpec[], env: Environment): RequestSpec[] {
  return mix.map((request, index) => {
    const { headers, body } = request
    return {
      ...request,
      ...(headers ? { headers: filledHeaders(headers, env, `${index}.headers`) } : {}),
      ...(body === undefined ? {} : { body: filledBody(body, env, `${index}.body`) }),
    }
  })
}

export function filledHeaders(
  headers: Record<string, string>,
  env: Environment,
  place: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, text]) => {
      const value = fill(text, env, `${place}.${name}`)
      if (headerValue.test(value)) return [name, value]
      throw refused(`what ${text} stands for cannot be a header`, `${place}.${name}`)
    }),
  )
}

/** Nothing shows a target's user and password any more, in no form in which they are sent. */
export function hideCredentials(targets: readonly Pick<TargetSpec, 'credentials'>[]): void {
  for (const { credentials } of targets) {
    if (credentials === undefined) continue
    hide(credentials, credentials.replace(/^[^:]*:/, ''), Buffer.from(credentials).toString('base64'))
  }
}

function filledBody(body: Json, env: Environment, place: string): Json {
  if (typeof body === 'string') return fill(body, env, place)
  if (Array.isArray(body)) return body.map((one, index) => filledBody(one, env, `${place}.${index}`))
  if (body === null || typeof body !== 'object') return body
  return Object.fromEntries(Object.entries(body).map(([key, one]) => [key, filledBody(one, env, `${place}.${key}`)]))
}

function fill(text: string, env: Environment, place: string): string {
  return text.replace(reference, (_, name: string) => {
    const value = ownOf(env, name)
    if (value === undefined) throw refused(`the environment has no ${name}`, place)
    hide(value)
    return value
  })
}

function refused(why: string, place: string): BadgatewayError {
  return new BadgatewayError(
    'USAGE',
    `${place}: ${why}`,
    'Set the variable to one line of text, or write the value itself.',
  )
}
