-- What Prisma's schema can't say stands at the end of this file; before it is what Prisma made of it.

-- CreateEnum
CREATE TYPE "StockMovementReason" AS ENUM ('OPENING', 'COUNT', 'RECEIVED', 'DAMAGED', 'CORRECTION', 'MOVED', 'SOLD', 'RETURNED');

-- CreateEnum
CREATE TYPE "StockReservationStatus" AS ENUM ('HELD', 'COMMITTED', 'RELEASED', 'EXPIRED');

-- AlterTable
ALTER TABLE "Variant" ADD COLUMN     "backOrderLimit" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "StockLocation" (
    "id" UUID NOT NULL,
    "handle" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "shipsOrders" BOOLEAN NOT NULL,
    "pickUpSites" TEXT[],
    "pickUpTime" TEXT,

    CONSTRAINT "StockLocation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StockLevel" (
    "variantId" UUID NOT NULL,
    "locationId" UUID NOT NULL,
    "onHand" INTEGER NOT NULL,

    CONSTRAINT "StockLevel_pkey" PRIMARY KEY ("variantId","locationId")
);

-- CreateTable
CREATE TABLE "StockMovement" (
    "sequence" BIGSERIAL NOT NULL,
    "variantId" UUID NOT NULL,
    "locationId" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,
    "reason" "StockMovementReason" NOT NULL,
    "reference" TEXT,
    "actor" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "StockMovement_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "StockReservation" (
    "id" UUID NOT NULL,
    "site" TEXT NOT NULL,
    "status" "StockReservationStatus" NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "StockReservation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StockReservationLine" (
    "reservationId" UUID NOT NULL,
    "variantId" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,
    "backOrdered" INTEGER NOT NULL,
    "amount" INTEGER NOT NULL,
    "compareAtAmount" INTEGER,
    "heldUntil" TIMESTAMPTZ(3),
    "taken" INTEGER NOT NULL DEFAULT 0,
    "owed" INTEGER NOT NULL DEFAULT 0,
    "returned" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "StockReservationLine_pkey" PRIMARY KEY ("reservationId","variantId")
);

-- CreateTable
CREATE TABLE "StockReturn" (
    "id" UUID NOT NULL,
    "reservationId" UUID NOT NULL,
    "lines" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "StockReturn_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "StockLocation_handle_key" ON "StockLocation"("handle");

-- CreateIndex
CREATE INDEX "StockLocation_position_id_idx" ON "StockLocation"("position", "id");

-- CreateIndex
CREATE INDEX "StockLevel_locationId_idx" ON "StockLevel"("locationId");

-- CreateIndex
CREATE INDEX "StockMovement_variantId_sequence_idx" ON "StockMovement"("variantId", "sequence");

-- CreateIndex
CREATE INDEX "StockReservation_status_expiresAt_idx" ON "StockReservation"("status", "expiresAt");

-- CreateIndex
CREATE INDEX "StockReservationLine_variantId_heldUntil_idx" ON "StockReservationLine"("variantId", "heldUntil");

-- CreateIndex
CREATE INDEX "StockReservationLine_variantId_owed_idx" ON "StockReservationLine"("variantId", "owed");

-- CreateIndex
CREATE INDEX "StockReturn_reservationId_idx" ON "StockReturn"("reservationId");

-- AddForeignKey
ALTER TABLE "StockLevel" ADD CONSTRAINT "StockLevel_variantId_fkey" FOREIGN KEY ("variantId") REFERENCES "Variant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StockLevel" ADD CONSTRAINT "StockLevel_locationId_fkey" FOREIGN KEY ("locationId") REFERENCES "StockLocation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StockReservationLine" ADD CONSTRAINT "StockReservationLine_reservationId_fkey" FOREIGN KEY ("reservationId") REFERENCES "StockReservation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StockReturn" ADD CONSTRAINT "StockReturn_reservationId_fkey" FOREIGN KEY ("reservationId") REFERENCES "StockReservation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Constraints
ALTER TABLE "Variant" DROP CONSTRAINT "Variant_stock_check";
ALTER TABLE "Variant" ADD CONSTRAINT "Variant_stock_check" CHECK ("stock" BETWEEN -1000000 AND 100000000);
ALTER TABLE "Variant" ADD CONSTRAINT "Variant_backOrderLimit_check" CHECK ("backOrderLimit" BETWEEN 0 AND 1000000);
ALTER TABLE "StockLocation" ADD CONSTRAINT "StockLocation_handle_check" CHECK ("handle" ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
ALTER TABLE "StockLocation" ADD CONSTRAINT "StockLocation_position_check" CHECK ("position" >= 0);
ALTER TABLE "StockLevel" ADD CONSTRAINT "StockLevel_onHand_check" CHECK ("onHand" BETWEEN 0 AND 1000000);
ALTER TABLE "StockReservationLine" ADD CONSTRAINT "StockReservationLine_quantity_check"
  CHECK ("quantity" > 0 AND "backOrdered" BETWEEN 0 AND "quantity");
ALTER TABLE "StockReservationLine" ADD CONSTRAINT "StockReservationLine_committed_check"
  CHECK ("taken" >= 0 AND "owed" >= 0 AND "taken" + "owed" <= "quantity" AND "returned" BETWEEN 0 AND "quantity");
ALTER TABLE "StockReservationLine" ADD CONSTRAINT "StockReservationLine_held_check"
  CHECK ("heldUntil" IS NULL OR ("taken" = 0 AND "owed" = 0 AND "returned" = 0));

-- A ledger is added to. What was wrong is put right by a movement more.
CREATE FUNCTION stock_movement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of the stock ledger are never changed or taken away';
END $$;
CREATE TRIGGER stock_movement_stays BEFORE UPDATE OR DELETE ON "StockMovement"
  FOR EACH ROW EXECUTE FUNCTION stock_movement_stays();

-- What a number in stock is to a shopper. The one place that knows where few begins.
CREATE FUNCTION stock_availability(stock integer, back_order_limit integer)
RETURNS "Availability" LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
  WHEN stock >= 5 THEN 'IN_STOCK'
  WHEN stock > 0 THEN 'LOW_STOCK'
  WHEN stock + back_order_limit > 0 THEN 'BACK_ORDER'
  ELSE 'SOLD_OUT'
END::"Availability";

CREATE OR REPLACE FUNCTION refresh_availability(products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- Two who change variants of one product take turns, and the second sees what the first wrote. Without this
  -- each would judge by what the other has just overwritten.
  PERFORM FROM "Product" WHERE "id" = ANY (products) ORDER BY "id" FOR NO KEY UPDATE;
  UPDATE "Product" product SET "availability" = best."availability"
  FROM (
    SELECT "productId", max(stock_availability("stock", "backOrderLimit")) AS "availability"
    FROM "Variant" WHERE "productId" = ANY (products) GROUP BY "productId"
    UNION ALL
    SELECT bare."id", 'SOLD_OUT' FROM unnest(products) AS bare ("id")
    WHERE NOT EXISTS (SELECT FROM "Variant" variant WHERE variant."productId" = bare."id")
  ) best
  WHERE product."id" = best."productId" AND product."availability" <> best."availability";
END $$;

-- A change of stock that a shopper does not notice is none of the product's: without this, all who buy variants
-- of one product would wait for each other.
DROP TRIGGER variants_updated ON "Variant";
CREATE FUNCTION variants_updated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE products uuid[] := ARRAY(
  SELECT "productId" FROM before JOIN after USING ("id", "productId")
  WHERE stock_availability(before."stock", before."backOrderLimit")
     <> stock_availability(after."stock", after."backOrderLimit")
  UNION
  SELECT unnest(ARRAY[before."productId", after."productId"]) FROM before JOIN after USING ("id")
  WHERE before."productId" <> after."productId"
);
BEGIN
  IF products <> '{}' THEN PERFORM refresh_availability(products); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER variants_updated AFTER UPDATE ON "Variant" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION variants_updated();

CREATE OR REPLACE VIEW "VariantSnapshot" AS
SELECT variant."id", variant."productId", jsonb_build_object(
  'productId', variant."productId",
  'sku', variant."sku",
  'title', product."title",
  'variantTitle', variant."title",
  'imageKey', variant."pictureKey",
  'availability', stock_availability(variant."stock", variant."backOrderLimit"),
  'weightGrams', variant."weightGrams",
  'collectionIds', (
    SELECT coalesce(jsonb_agg(DISTINCT place."id"), '[]')
    FROM "ProductCollection" membership
    JOIN "Collection" collection ON collection."id" = membership."collectionId"
    CROSS JOIN LATERAL (VALUES (collection."id"), (collection."parentId")) AS place ("id")
    WHERE membership."productId" = variant."productId" AND place."id" IS NOT NULL
  ),
  'prices', (
    SELECT coalesce(jsonb_object_agg(price."site", jsonb_build_object(
      'amount', price."amount",
      'saleAmount', price."saleAmount",
      'saleStartsAt', json_instant(price."saleStartsAt"),
      'saleEndsAt', json_instant(price."saleEndsAt")
    )), '{}') FROM "VariantPrice" price WHERE price."variantId" = variant."id"
  )
) AS "payload"
FROM "Variant" variant JOIN "Product" product ON product."id" = variant."productId";

DROP FUNCTION stock_availability(integer);

-- What was in stock so far opens the ledger, at the one location that there was.
INSERT INTO "StockLocation" ("id", "handle", "name", "position", "shipsOrders", "pickUpSites", "pickUpTime")
VALUES ('018ae888-e400-7705-8602-fc72eafbd080', 'warehouse', 'Warehouse', 0, true, '{}', NULL);
INSERT INTO "StockLevel" ("variantId", "locationId", "onHand")
SELECT "id", '018ae888-e400-7705-8602-fc72eafbd080', "stock" FROM "Variant";
INSERT INTO "StockMovement" ("variantId", "locationId", "quantity", "reason", "actor")
SELECT "id", '018ae888-e400-7705-8602-fc72eafbd080', "stock", 'OPENING', 'system' FROM "Variant" WHERE "stock" > 0 ORDER BY "id";
