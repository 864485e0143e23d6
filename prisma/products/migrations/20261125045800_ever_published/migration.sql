-- AlterTable
ALTER TABLE "Product" ADD COLUMN     "everPublished" BOOLEAN NOT NULL DEFAULT true;
