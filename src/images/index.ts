export { baseTag, isPresent, missingTool } from './base-image.ts'
export { ensureImages, expectImages } from './images.ts'
export { type ImageName, type ImageTags, imageNames, rareImageNames } from './names.ts'
