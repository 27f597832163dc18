import { inert } from '../kit/inert.ts'
import { askRedirect, type Entry } from './ask.ts'
import type { trafficOf } from './description.ts'

type Traffic = Pick<ReturnType<typeof trafficOf>, 'mix'>
type Ask = (entry: Entry, path: string) => Promise<string | undefined>

/** So many pages are asked for: a mix may have thousands. */
const mostAsked = 20

/**
 * What users of these pages should know, a sentence each: they are sent to where our copy of the site is not, as its
 * port is another one. Only what is asked for with GET is looked at.
 */
export async function redirectsAway(traffic: Traffic, entry: Entry, ask: Ask = askRedirect): Promise<string[]> {
  const gets = traffic.mix.filter(({ method = 'GET' }) => method === 'GET').slice(0, mostAsked)
  const told = await Promise.all(
    gets.map(async ({ path, headers }) => {
      const host = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'host')?.[1]
      const to = await ask({ ...entry, host: host ?? entry.host }, path)
      if (to === undefined) return []
      const what = `GET ${inert(path)} sends users to ${inert(to)}, where our copy is not`
      return [`${what}: the redirect is counted as the answer, and nobody follows it`]
    }),
  )
  return told.flat()
}
