import { z } from 'zod'

/** `HH:MM` of one day. */
export const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'no clock time: write HH:MM')
