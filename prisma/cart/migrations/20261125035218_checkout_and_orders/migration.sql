-- CreateEnum
CREATE TYPE "CheckoutStatus" AS ENUM ('RUNNING', 'ACTION_NEEDED', 'COMPLETED', 'UNDOING', 'UNDONE');

-- CreateEnum
CREATE TYPE "PaymentStatus" AS ENUM ('OPEN', 'ACTION_NEEDED', 'PROCESSING', 'AUTHORISED', 'CAPTURED', 'CANCELLED', 'DECLINED');

-- CreateEnum
CREATE TYPE "FulfillmentStatus" AS ENUM ('SHIPPED', 'DELIVERED');

-- CreateEnum
CREATE TYPE "RefundStatus" AS ENUM ('PENDING', 'SUCCEEDED', 'FAILED');

-- CreateEnum
CREATE TYPE "ReturnStatus" AS ENUM ('REQUESTED', 'APPROVED', 'DECLINED', 'RECEIVED');

-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "OrderStatus" ADD VALUE 'PENDING';
ALTER TYPE "OrderStatus" ADD VALUE 'PARTIALLY_SHIPPED';
ALTER TYPE "OrderStatus" ADD VALUE 'RETURNED';

-- AlterTable
ALTER TABLE "Order" ADD COLUMN     "captured" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "checkoutId" UUID,
ADD COLUMN     "discount" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "email" TEXT,
ADD COLUMN     "refunded" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "reservation" UUID,
ADD COLUMN     "snapshot" JSONB,
ADD COLUMN     "tax" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "OrderLine" ADD COLUMN     "fulfilled" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "paid" INTEGER,
ADD COLUMN     "returned" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "Checkout" (
    "id" UUID NOT NULL,
    "cartId" UUID NOT NULL,
    "customerId" UUID,
    "site" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "status" "CheckoutStatus" NOT NULL,
    "step" TEXT NOT NULL,
    "state" JSONB NOT NULL,
    "outcome" JSONB,
    "keyFreed" BOOLEAN NOT NULL DEFAULT false,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "lease" INTEGER NOT NULL DEFAULT 0,
    "leasedUntil" TIMESTAMPTZ(3),
    "dueAt" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "giveUpAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Checkout_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CheckoutStep" (
    "sequence" BIGSERIAL NOT NULL,
    "checkoutId" UUID NOT NULL,
    "step" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "detail" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CheckoutStep_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "Payment" (
    "id" UUID NOT NULL,
    "checkoutId" UUID NOT NULL,
    "orderId" UUID,
    "provider" TEXT NOT NULL,
    "reference" TEXT,
    "amount" INTEGER NOT NULL,
    "currency" "CurrencyCode" NOT NULL,
    "status" "PaymentStatus" NOT NULL DEFAULT 'OPEN',
    "declineReason" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Payment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PaymentEvent" (
    "provider" TEXT NOT NULL,
    "eventId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PaymentEvent_pkey" PRIMARY KEY ("provider","eventId")
);

-- CreateTable
CREATE TABLE "Fulfillment" (
    "id" UUID NOT NULL,
    "orderId" UUID NOT NULL,
    "status" "FulfillmentStatus" NOT NULL DEFAULT 'SHIPPED',
    "trackingCompany" TEXT,
    "trackingNumber" TEXT,
    "trackingUrl" TEXT,
    "lines" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deliveredAt" TIMESTAMPTZ(3),

    CONSTRAINT "Fulfillment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Refund" (
    "id" UUID NOT NULL,
    "orderId" UUID NOT NULL,
    "returnId" UUID,
    "amount" INTEGER NOT NULL,
    "reason" TEXT,
    "lines" JSONB NOT NULL,
    "status" "RefundStatus" NOT NULL DEFAULT 'PENDING',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settledAt" TIMESTAMPTZ(3),

    CONSTRAINT "Refund_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "OrderReturn" (
    "id" UUID NOT NULL,
    "orderId" UUID NOT NULL,
    "status" "ReturnStatus" NOT NULL DEFAULT 'REQUESTED',
    "note" TEXT,
    "declineReason" TEXT,
    "lines" JSONB NOT NULL,
    "requestedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decidedAt" TIMESTAMPTZ(3),
    "receivedAt" TIMESTAMPTZ(3),

    CONSTRAINT "OrderReturn_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "OrderEvent" (
    "sequence" BIGSERIAL NOT NULL,
    "orderId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "detail" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "OrderEvent_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "OrderEffect" (
    "id" UUID NOT NULL,
    "orderId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "leasedUntil" TIMESTAMPTZ(3),
    "dueAt" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),
    "failure" TEXT,

    CONSTRAINT "OrderEffect_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "OrderLookupFailure" (
    "subject" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "OrderLookupFailure_pkey" PRIMARY KEY ("subject","hour")
);

-- CreateTable
CREATE TABLE "TestPayment" (
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "amount" INTEGER NOT NULL,
    "currency" "CurrencyCode" NOT NULL,
    "status" TEXT NOT NULL,
    "declineReason" TEXT,
    "returnUrl" TEXT,
    "decidedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TestPayment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TestPaymentEntry" (
    "sequence" BIGSERIAL NOT NULL,
    "paymentId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "amount" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TestPaymentEntry_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "TestPaymentWebhook" (
    "id" TEXT NOT NULL,
    "paymentId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "dueAt" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "deliveredAt" TIMESTAMPTZ(3),

    CONSTRAINT "TestPaymentWebhook_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Checkout_cartId_key_idx" ON "Checkout"("cartId", "key");

-- CreateIndex
CREATE INDEX "Checkout_dueAt_idx" ON "Checkout"("dueAt");

-- CreateIndex
CREATE INDEX "CheckoutStep_checkoutId_sequence_idx" ON "CheckoutStep"("checkoutId", "sequence");

-- CreateIndex
CREATE UNIQUE INDEX "Payment_checkoutId_key" ON "Payment"("checkoutId");

-- CreateIndex
CREATE UNIQUE INDEX "Payment_reference_key" ON "Payment"("reference");

-- CreateIndex
CREATE INDEX "Payment_orderId_idx" ON "Payment"("orderId");

-- CreateIndex
CREATE INDEX "Fulfillment_orderId_idx" ON "Fulfillment"("orderId");

-- CreateIndex
CREATE INDEX "Refund_orderId_idx" ON "Refund"("orderId");

-- CreateIndex
CREATE INDEX "OrderReturn_orderId_idx" ON "OrderReturn"("orderId");

-- CreateIndex
CREATE INDEX "OrderEvent_orderId_sequence_idx" ON "OrderEvent"("orderId", "sequence");

-- CreateIndex
CREATE INDEX "OrderEffect_orderId_idx" ON "OrderEffect"("orderId");

-- CreateIndex
CREATE INDEX "OrderEffect_dueAt_idx" ON "OrderEffect"("dueAt");

-- CreateIndex
CREATE UNIQUE INDEX "TestPayment_key_key" ON "TestPayment"("key");

-- CreateIndex
CREATE UNIQUE INDEX "TestPaymentEntry_key_key" ON "TestPaymentEntry"("key");

-- CreateIndex
CREATE INDEX "TestPaymentEntry_paymentId_idx" ON "TestPaymentEntry"("paymentId");

-- CreateIndex
CREATE INDEX "TestPaymentWebhook_dueAt_idx" ON "TestPaymentWebhook"("dueAt");

-- CreateIndex
CREATE UNIQUE INDEX "Order_checkoutId_key" ON "Order"("checkoutId");

-- AddForeignKey
ALTER TABLE "CheckoutStep" ADD CONSTRAINT "CheckoutStep_checkoutId_fkey" FOREIGN KEY ("checkoutId") REFERENCES "Checkout"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema can't say.
ALTER TABLE "Order" ADD CONSTRAINT "Order_refunded_check" CHECK ("refunded" BETWEEN 0 AND "captured");
ALTER TABLE "OrderLine" ADD CONSTRAINT "OrderLine_fulfilled_check" CHECK ("fulfilled" BETWEEN 0 AND "quantity");
ALTER TABLE "OrderLine" ADD CONSTRAINT "OrderLine_returned_check" CHECK ("returned" BETWEEN 0 AND "fulfilled");
ALTER TABLE "Refund" ADD CONSTRAINT "Refund_amount_check" CHECK ("amount" > 0);
ALTER TABLE "TestPaymentEntry" ADD CONSTRAINT "TestPaymentEntry_amount_check" CHECK ("amount" >= 0);

-- What was ordered before this was kept: it was paid for, and sent whole.
UPDATE "Order" SET "captured" = "total", "refunded" = CASE "status" WHEN 'CANCELLED' THEN "total" ELSE 0 END;
UPDATE "OrderLine" line SET "paid" = line."subtotal",
  "fulfilled" = CASE WHEN placed."status" IN ('SHIPPED', 'DELIVERED') THEN line."quantity" ELSE 0 END
FROM "Order" placed WHERE placed."id" = line."orderId";
INSERT INTO "OrderEvent" ("orderId", "kind", "actor", "at")
SELECT event."orderId", event."kind", 'shop', event."at" FROM (
  SELECT "id" AS "orderId", 'placed' AS "kind", "placedAt" AS "at" FROM "Order"
  UNION ALL SELECT "id", 'shipped', "shippedAt" FROM "Order" WHERE "shippedAt" IS NOT NULL
  UNION ALL SELECT "id", 'delivered', "deliveredAt" FROM "Order" WHERE "deliveredAt" IS NOT NULL
  UNION ALL SELECT "id", 'cancelled', "cancelledAt" FROM "Order" WHERE "cancelledAt" IS NOT NULL
) event ORDER BY event."at", event."orderId";
