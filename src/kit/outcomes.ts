/** What can become of a fault: in force, or how a measure stopped it. */
export const faultOutcomes = ['in-force', 'rejected', 'rolled-back', 'kept-off'] as const
export type FaultOutcome = (typeof faultOutcomes)[number]

/** What a measure can have done. */
export const measureActions = ['passed', 'rejected', 'rolled-back', 'kept-off', 'switched', 'failed'] as const
export type MeasureAction = (typeof measureActions)[number]

/** What a remedy can do, as a story expects it and as it is asked. */
export const askedEffects = ['cures', 'no effect', 'fails', 'makes worse', 'heals by itself', 'prevents'] as const
export type AskedEffect = (typeof askedEffects)[number]

/** And `measured`: what it does differs from time to time, and is only told. */
export const remedyEffects = [...askedEffects, 'measured'] as const
export type RemedyEffect = (typeof remedyEffects)[number]

/** From when the time of an alert counts. */
export const alertOrigins = ['first failed request', 'fault'] as const
export type AlertOrigin = (typeof alertOrigins)[number]
