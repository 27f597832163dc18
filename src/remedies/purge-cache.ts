import { z } from 'zod'
import {
  askProxy,
  type CachedAnswer,
  cachedPaths,
  cacheEntries,
  cacheFolder,
  isStoredError,
  removeCached,
} from '../deploy/index.ts'
import { type ProxyService, proxyName, type Scene } from '../stack/index.ts'
import { defineRemedy, type Outcome } from './remedy.ts'

const path = z.string().startsWith('/')
const what = z.union([z.literal('all'), z.strictObject({ url: path }), z.strictObject({ prefix: path })])
type What = z.output<typeof what>

/** As many pages are asked for, one after the other: a purge of more is one of all. */
const mostPages = 200
const shown = 10
const mostFetches = 3

/**
 * Clears the proxy's cache, and proves it. It needs no way back: a cache holds copies, and the first user who asks for
 * a page brings it back.
 */
export const purgeCache = defineRemedy({
  kind: 'purge-cache',
  about: "Removes one URL, a prefix, or all from the proxy's cache, errors that are in memory only included.",
  fields: {
    service: proxyName,
    /** `all`, `{ url: '/a' }`, or `{ prefix: '/api/' }`. */
    what,
  },
  needs: ['cache'],
  make: ({ service, what: wanted }) => ({
    apply: async (scene) => {
      const proxy = scene.stack.proxy(service)
      const folder = await cacheFolder(proxy)
      if (folder === undefined) {
        return { ok: false, changed: false, because: `${proxy.name} has no cache`, evidence: {} }
      }
      return wanted === 'all' ? await purgeAll(scene, proxy, folder) : await purgeSome(scene, proxy, folder, wanted)
    },
  }),
})

/**
 * The files go, and Nginx is restarted: errors that it made itself are in the memory of the cache's zone, which no file
 * names and which a reload keeps.
 */
async function purgeAll(scene: Scene, proxy: ProxyService, folder: string): Promise<Outcome> {
  const [files, paths, before] = await Promise.all([
    cacheEntries(scene.stack, proxy, folder),
    cachedPaths(scene.stack, proxy),
    proxy.state().then(({ startedAt }) => startedAt),
  ])
  // It fails for a file that Nginx itself has removed meanwhile: what counts is what is answered then.
  await removeCached(scene.stack, proxy, { all: folder })
  const purgedMs = scene.clock.wall()
  await proxy.restart()
  const [after, left, proof] = await Promise.all([
    proxy.state().then(({ startedAt }) => startedAt),
    cacheEntries(scene.stack, proxy, folder),
    answersTo(proxy, paths),
  ])
  const old = left.filter(({ file }) => files.some((one) => one.file === file))
  const restarted = after !== before
  const wrong = proof.filter(({ answer }) => isStoredError(answer) || isOlder(answer, purgedMs))
  const did = `${files.length} files removed, and Nginx restarted, which empties what it keeps in memory`
  const evidence = { folder, files: files.length, filledAgain: old.length, answers: proof.slice(0, shown).map(tell) }
  return { ok: restarted && wrong.length === 0, changed: true, because: `${did}; ${proven(proof, wrong)}`, evidence }
}

/** Their files go, and each page is fetched anew past the cache, which puts it in the place of what is in memory. */
async function purgeSome(
  scene: Scene,
  proxy: ProxyService,
  folder: string,
  wanted: Exclude<What, 'all'>,
): Promise<Outcome> {
  const [entries, logged] = await Promise.all([
    cacheEntries(scene.stack, proxy, folder),
    cachedPaths(scene.stack, proxy),
  ])
  const files = entries.filter(({ url }) => isMeant(wanted, url))
  const exact = 'url' in wanted ? [wanted.url] : []
  const pages = [
    ...new Set([...exact, ...logged.filter((url) => isMeant(wanted, url)), ...files.map(({ url }) => url)]),
  ]
  const told = 'url' in wanted ? wanted.url : `${wanted.prefix}…`
  if (pages.length > mostPages) {
    const because = `${pages.length} pages are below ${told}, more than ${mostPages}: purge all`
    return { ok: false, changed: false, because, evidence: { pages: pages.length } }
  }
  const purgedMs = scene.clock.wall()
  const paths = files.map(({ file }) => file)
  const removed = paths.length === 0 || (await removeCached(scene.stack, proxy, { files: paths }))
  const { proof, wrong, missed, again } = await fetchAnew(scene, proxy, pages, purgedMs)
  const repeated = again === 0 ? '' : ` (${again} of them again)`
  const did = `${files.length} files removed and ${pages.length} pages of ${told} fetched anew${repeated}`
  const why = missed.length > 0 ? `; not to be had: ${missed.slice(0, shown).map(tell).join(', ')}` : ''
  const evidence = { folder, files: files.length, pages, again, answers: proof.slice(0, shown).map(tell) }
  const ok = removed && pages.length > 0 && wrong.length === 0
  return { ok, changed: pages.length > 0, because: `${did}${why}; ${proven(proof, wrong)}`, evidence }
}

interface Fetched {
  proof: Asked[]
  /** What is still what it was. */
  wrong: Asked[]
  /** What no server gave. */
  missed: Asked[]
  /** Pages that were fetched more than once. */
  again: number
}

/**
 * A user who is being answered with an error out of memory, in the moment in which the page takes its place, puts that
 * error back: Nginx writes down what it answered when it lets go of it (`ngx_http_file_cache_free`). It was there
 * before the fetch, so another fetch is the cure.
 */
async function fetchAnew(
  scene: Scene,
  proxy: ProxyService,
  pages: readonly string[],
  purgedMs: number,
): Promise<Fetched> {
  const isMissed = ({ answer }: Asked) => answer.status === 0 || answer.status >= 500
  const isWrong = ({ answer }: Asked) => isStoredError(answer) || isOlder(answer, purgedMs) || answer.status === 0
  const missed: Asked[] = []
  const again = new Set<string>()
  let [todo, proof, wrong]: [readonly string[], Asked[], Asked[]] = [pages, [], []]
  for (let fetches = 0; todo.length > 0 && fetches < mostFetches; fetches += 1) {
    if (fetches > 0) for (const page of todo) again.add(page)
    missed.push(...(await answersTo(proxy, todo, scene.stack.description.can.cache?.refresh)).filter(isMissed))
    proof = await answersTo(proxy, pages)
    wrong = proof.filter(isWrong)
    todo = wrong.map(({ page }) => page).filter((page) => !missed.some((one) => one.page === page))
  }
  return { proof, wrong, missed, again: again.size }
}

const isMeant = (wanted: Exclude<What, 'all'>, url: string) =>
  'url' in wanted ? url === wanted.url : url.startsWith(wanted.prefix)

interface Asked {
  page: string
  answer: CachedAnswer
}

async function answersTo(proxy: ProxyService, pages: readonly string[], port?: number): Promise<Asked[]> {
  const ask = async (page: string) => ({ page, answer: await askProxy(proxy, page, port) })
  return await Promise.all(pages.slice(0, mostPages).map(ask))
}

/** Answers are dated by the second. */
const dateStepMs = 1_000

/** From the cache, and of a time before the purge: the page is still what it was. */
const isOlder = ({ cache, dateMs }: CachedAnswer, purgedMs: number) =>
  cache !== '' && cache !== 'MISS' && dateMs !== null && dateMs < purgedMs - dateStepMs

const tell = ({ page, answer: { status, cache } }: Asked) => `${page}: ${status || 'no answer'} ${cache}`.trim()

function proven(proof: readonly Asked[], wrong: readonly Asked[]): string {
  if (wrong.length > 0) return `still from the cache: ${wrong.slice(0, shown).map(tell).join(', ')}`
  return `asked again, none of ${proof.length} pages is an error or a copy from before`
}
