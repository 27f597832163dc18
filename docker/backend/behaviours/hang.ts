import { behaviour } from '../behaviour.ts'

/** Reads the request and never answers, until whoever asked goes away. */
export const hang = behaviour(
  'hang',
  {},
  {
    act: (_settings, { request }) => {
      request.resume()
      return 'done'
    },
  },
)
