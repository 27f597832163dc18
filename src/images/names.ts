/** Names of the images that `docker/` builds and that a user may replace. */
export const imageNames = [
  'proxy',
  'backend',
  'backend-next',
  'backend-fixed',
  'database',
  'monitoring',
  'agent',
] as const
/** Images that few scenarios want: they are made when one is asked for. */
export const rareImageNames = ['proxy-old'] as const
export type ImageName = (typeof imageNames)[number] | (typeof rareImageNames)[number]

/** Reference of each image, by its name: all of the shop, and those that were asked for. */
export type ImageTags = Record<(typeof imageNames)[number], string> &
  Partial<Record<(typeof rareImageNames)[number], string>>
