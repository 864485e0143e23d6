-- CreateEnum
CREATE TYPE "DiscountClass" AS ENUM ('PRODUCT', 'ORDER', 'DELIVERY');

-- CreateEnum
CREATE TYPE "DiscountValueType" AS ENUM ('PERCENTAGE', 'AMOUNT', 'BUY_X_GET_Y', 'FREE_DELIVERY');

-- AlterTable
ALTER TABLE "Cart" ADD COLUMN     "address" JSONB,
ADD COLUMN     "deliveryOption" TEXT,
ADD COLUMN     "discountCodes" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "email" TEXT,
ADD COLUMN     "giftMessage" TEXT,
ADD COLUMN     "note" TEXT,
ADD COLUMN     "phone" TEXT;

-- CreateTable
CREATE TABLE "Discount" (
    "id" UUID NOT NULL,
    "site" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "code" TEXT,
    "discountClass" "DiscountClass" NOT NULL,
    "valueType" "DiscountValueType" NOT NULL,
    "millionths" INTEGER,
    "amount" INTEGER,
    "each" BOOLEAN NOT NULL DEFAULT false,
    "buyQuantity" INTEGER,
    "getQuantity" INTEGER,
    "mostTimes" INTEGER,
    "variantIds" UUID[] DEFAULT ARRAY[]::UUID[],
    "productIds" UUID[] DEFAULT ARRAY[]::UUID[],
    "collectionIds" UUID[] DEFAULT ARRAY[]::UUID[],
    "getVariantIds" UUID[] DEFAULT ARRAY[]::UUID[],
    "getProductIds" UUID[] DEFAULT ARRAY[]::UUID[],
    "getCollectionIds" UUID[] DEFAULT ARRAY[]::UUID[],
    "minimumSubtotal" INTEGER,
    "minimumQuantity" INTEGER,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3),
    "usageLimit" INTEGER,
    "usageLimitPerCustomer" INTEGER,
    "combinesWith" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "uses" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Discount_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DiscountUse" (
    "discountId" UUID NOT NULL,
    "checkoutId" UUID NOT NULL,
    "customerKey" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "DiscountUse_pkey" PRIMARY KEY ("discountId","checkoutId")
);

-- CreateTable
CREATE TABLE "DeliveryZone" (
    "id" UUID NOT NULL,
    "site" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "countryCodes" TEXT[],
    "regions" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "DeliveryZone_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DeliveryMethod" (
    "id" UUID NOT NULL,
    "zoneId" UUID NOT NULL,
    "handle" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "minDays" INTEGER NOT NULL,
    "maxDays" INTEGER NOT NULL,
    "bands" JSONB NOT NULL,

    CONSTRAINT "DeliveryMethod_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TaxRate" (
    "countryCode" TEXT NOT NULL,
    "region" TEXT NOT NULL DEFAULT '',
    "taxClass" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "millionths" INTEGER NOT NULL,
    "onDelivery" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "TaxRate_pkey" PRIMARY KEY ("countryCode","region","taxClass")
);

-- CreateTable
CREATE TABLE "TaxClassification" (
    "collectionId" UUID NOT NULL,
    "taxClass" TEXT NOT NULL,

    CONSTRAINT "TaxClassification_pkey" PRIMARY KEY ("collectionId")
);

-- CreateTable
CREATE TABLE "QuantityLimit" (
    "site" TEXT NOT NULL,
    "variantId" UUID NOT NULL,
    "maximum" INTEGER NOT NULL,

    CONSTRAINT "QuantityLimit_pkey" PRIMARY KEY ("site","variantId")
);

-- CreateIndex
CREATE INDEX "Discount_by_site_idx" ON "Discount"("site", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "Discount_site_code_key" ON "Discount"("site", "code");

-- CreateIndex
CREATE INDEX "DiscountUse_discountId_customerKey_idx" ON "DiscountUse"("discountId", "customerKey");

-- CreateIndex
CREATE INDEX "DiscountUse_checkoutId_idx" ON "DiscountUse"("checkoutId");

-- CreateIndex
CREATE INDEX "DeliveryZone_site_idx" ON "DeliveryZone"("site");

-- CreateIndex
CREATE UNIQUE INDEX "DeliveryMethod_zoneId_handle_key" ON "DeliveryMethod"("zoneId", "handle");

-- CreateIndex
CREATE INDEX "Cart_updatedAt_idx" ON "Cart"("updatedAt");

-- AddForeignKey
ALTER TABLE "DiscountUse" ADD CONSTRAINT "DiscountUse_discountId_fkey" FOREIGN KEY ("discountId") REFERENCES "Discount"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DeliveryMethod" ADD CONSTRAINT "DeliveryMethod_zoneId_fkey" FOREIGN KEY ("zoneId") REFERENCES "DeliveryZone"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Whatever counts uses, it never counts beyond the limit; and each kind of value has what it needs.
ALTER TABLE "Discount"
  ADD CONSTRAINT "Discount_uses_check" CHECK ("uses" >= 0 AND "uses" <= coalesce("usageLimit", "uses")),
  ADD CONSTRAINT "Discount_combinesWith_check" CHECK ("combinesWith" <@ '{PRODUCT,ORDER,DELIVERY}'),
  ADD CONSTRAINT "Discount_value_check" CHECK (
    CASE "valueType"
      WHEN 'PERCENTAGE' THEN "millionths" BETWEEN 1 AND 1000000
      WHEN 'AMOUNT' THEN "amount" > 0
      WHEN 'BUY_X_GET_Y' THEN "millionths" BETWEEN 1 AND 1000000 AND "buyQuantity" > 0 AND "getQuantity" > 0
        AND "discountClass" = 'PRODUCT'
      ELSE "discountClass" = 'DELIVERY'
    END
  );
