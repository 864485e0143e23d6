-- AlterTable
ALTER TABLE "CatalogueVariant" ADD COLUMN     "collectionIds" UUID[],
ADD COLUMN     "weightGrams" INTEGER;
