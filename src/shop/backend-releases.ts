import type { ImageName } from '../images/index.ts'

/** Releases of the web and api server, oldest first: what each calls itself, and the image that it is. */
export const backendReleases = {
  /** The stable one, which the shop is raised with. */
  '1.8.2': 'backend',
  /** Personal pages. It keeps memory of requests that find many others under way. */
  '1.9.0': 'backend-next',
  /** The same pages, for which nothing is kept of a request. */
  '1.9.1': 'backend-fixed',
} as const satisfies Record<string, ImageName>

export type BackendRelease = keyof typeof backendReleases
export const backendReleaseNames = Object.keys(backendReleases) as BackendRelease[]
