-- CreateEnum
CREATE TYPE "CurrencyCode" AS ENUM ('EUR', 'USD');

-- CreateEnum
CREATE TYPE "OrderStatus" AS ENUM ('PLACED', 'SHIPPED', 'DELIVERED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "Availability" AS ENUM ('IN_STOCK', 'LOW_STOCK', 'SOLD_OUT');

-- CreateTable
CREATE TABLE "Cart" (
    "id" UUID NOT NULL,
    "customerId" UUID,
    "site" TEXT NOT NULL,
    "currency" "CurrencyCode" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Cart_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CartLine" (
    "id" UUID NOT NULL,
    "cartId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "variantId" UUID NOT NULL,
    "productId" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "variantTitle" TEXT,
    "quantity" SMALLINT NOT NULL,
    "unitPrice" INTEGER NOT NULL,
    "addedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CartLine_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Order" (
    "id" UUID NOT NULL,
    "number" SERIAL NOT NULL,
    "customerId" UUID,
    "site" TEXT NOT NULL,
    "currency" "CurrencyCode" NOT NULL,
    "status" "OrderStatus" NOT NULL DEFAULT 'PLACED',
    "subtotal" INTEGER NOT NULL,
    "delivery" INTEGER NOT NULL,
    "total" INTEGER NOT NULL,
    "placedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "shippedAt" TIMESTAMPTZ(3),
    "deliveredAt" TIMESTAMPTZ(3),
    "cancelledAt" TIMESTAMPTZ(3),

    CONSTRAINT "Order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "OrderLine" (
    "id" UUID NOT NULL,
    "orderId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "variantId" UUID NOT NULL,
    "productId" UUID NOT NULL,
    "sku" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "variantTitle" TEXT,
    "quantity" INTEGER NOT NULL,
    "unitPrice" INTEGER NOT NULL,
    "subtotal" INTEGER NOT NULL,

    CONSTRAINT "OrderLine_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CatalogueVariant" (
    "id" UUID NOT NULL,
    "productId" UUID NOT NULL,
    "sku" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "variantTitle" TEXT,
    "availability" "Availability" NOT NULL,
    "prices" JSONB NOT NULL,
    "removed" BOOLEAN NOT NULL DEFAULT false,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "CatalogueVariant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FeedPosition" (
    "owner" TEXT NOT NULL,
    "feed" UUID NOT NULL,
    "sequence" BIGINT NOT NULL,
    "head" BIGINT NOT NULL,
    "readAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "FeedPosition_pkey" PRIMARY KEY ("owner")
);

-- CreateTable
CREATE TABLE "Change" (
    "sequence" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "entityId" UUID NOT NULL,
    "payload" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Change_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "Feed" (
    "id" UUID NOT NULL,

    CONSTRAINT "Feed_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "IdempotencyKey" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "answer" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IdempotencyKey_pkey" PRIMARY KEY ("scope","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "Cart_customerId_site_key" ON "Cart"("customerId", "site");

-- CreateIndex
CREATE UNIQUE INDEX "CartLine_cartId_variantId_key" ON "CartLine"("cartId", "variantId");

-- CreateIndex
CREATE UNIQUE INDEX "Order_number_key" ON "Order"("number");

-- CreateIndex
CREATE INDEX "Order_by_customer_idx" ON "Order"("customerId", "placedAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Order_by_site_idx" ON "Order"("site", "placedAt");

-- CreateIndex
CREATE UNIQUE INDEX "OrderLine_orderId_position_key" ON "OrderLine"("orderId", "position");

-- AddForeignKey
ALTER TABLE "CartLine" ADD CONSTRAINT "CartLine_cartId_fkey" FOREIGN KEY ("cartId") REFERENCES "Cart"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OrderLine" ADD CONSTRAINT "OrderLine_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "Order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What holds whatever program writes.
ALTER TABLE "CartLine"
  ADD CONSTRAINT "CartLine_quantity_check" CHECK ("quantity" BETWEEN 1 AND 99),
  ADD CONSTRAINT "CartLine_unitPrice_check" CHECK ("unitPrice" >= 0);

ALTER TABLE "Order"
  ADD CONSTRAINT "Order_amounts_check" CHECK ("subtotal" >= 0 AND "delivery" >= 0),
  ADD CONSTRAINT "Order_total_check" CHECK ("total" = "subtotal" + "delivery"),
  ADD CONSTRAINT "Order_cancelled_check" CHECK (("status" = 'CANCELLED') = ("cancelledAt" IS NOT NULL));

ALTER TABLE "OrderLine"
  ADD CONSTRAINT "OrderLine_quantity_check" CHECK ("quantity" >= 1),
  ADD CONSTRAINT "OrderLine_unitPrice_check" CHECK ("unitPrice" >= 0),
  ADD CONSTRAINT "OrderLine_subtotal_check" CHECK ("subtotal" = "quantity" * "unitPrice");

-- The first order is A-100001.
ALTER SEQUENCE "Order_number_seq" RESTART WITH 100001;

-- Names this incarnation of the feed.
INSERT INTO "Feed" ("id") VALUES (gen_random_uuid());
