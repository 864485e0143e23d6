import type { ImageResolvers } from '../schema.generated.ts'

export const Image: ImageResolvers = {
  url: ({ key }, _, { publicUrl }) => `${publicUrl}/pictures/${encodeURIComponent(key)}.svg`,
}
