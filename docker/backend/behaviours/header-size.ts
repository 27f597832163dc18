import * as z from 'zod/mini'
import { behaviour } from '../behaviour.ts'

/** Adds a cookie of `bytes` to the shop's own answer: past proxy_buffer_size Nginx calls that a bad gateway. */
export const headerSize = behaviour(
  'header-size',
  { bytes: z.int().check(z.positive(), z.lte(1_048_576)) },
  {
    act: ({ bytes }, { response }) => {
      response.setHeader('set-cookie', `basket=${'x'.repeat(bytes)}`)
      return 'next'
    },
  },
)
