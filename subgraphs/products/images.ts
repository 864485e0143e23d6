import type { PrismaClient } from '../../prisma/products/generated/client.ts'
import { listForEach, oneForEach } from '../kit/batching.ts'
import type { ImageModel } from './mappers.ts'

export async function loadImages(
  prisma: PrismaClient,
  keys: readonly string[],
): Promise<(ImageModel | null)[]> {
  const rows = await prisma.$queryRaw<ImageModel[]>`
    SELECT "key", "altText", "width", "height", "placeholder" FROM "Picture" WHERE "key" = ANY(${keys}::text[])`
  return oneForEach(keys, rows, ({ key }) => key)
}

/** Each product's pictures, the main one first; a product has at most 10. */
export async function loadMedia(prisma: PrismaClient, products: readonly string[]): Promise<ImageModel[][]> {
  const rows = await prisma.$queryRaw<(ImageModel & { productId: string })[]>`
    SELECT media."productId", picture."key", picture."altText", picture."width", picture."height",
           picture."placeholder"
    FROM "ProductMedia" media JOIN "Picture" picture ON picture."key" = media."pictureKey"
    WHERE media."productId" = ANY(${products}::uuid[])
    ORDER BY media."productId", media."position"`
  return listForEach(products, rows, ({ productId }) => productId)
}
