-- AlterTable
ALTER TABLE "CallToAction" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "CarouselSlide" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "Collection" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "Menu" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "Product" ADD COLUMN     "published" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "StockLocation" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "Variant" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- What is not published has no offers. Otherwise as it was.
CREATE OR REPLACE FUNCTION refresh_offers(products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM "Product" WHERE "id" = ANY (products) ORDER BY "id" FOR NO KEY UPDATE;
  DELETE FROM "Offer" WHERE "productId" = ANY (products);
  INSERT INTO "Offer" ("productId", "site", "startsAt", "endsAt", "minimum", "maximum",
                       "compareAtMinimum", "compareAtMaximum", "reduction")
  WITH price AS (
    SELECT variant."productId", price."site", price."amount", price."saleAmount",
           CASE WHEN "saleAmount" IS NULL THEN '-infinity' ELSE coalesce("saleStartsAt", '-infinity') END AS "from",
           CASE WHEN "saleAmount" IS NULL THEN '-infinity' ELSE coalesce("saleEndsAt", 'infinity') END AS "until"
    FROM "Variant" variant JOIN "VariantPrice" price ON price."variantId" = variant."id"
    JOIN "Product" product ON product."id" = variant."productId" AND product."published"
    WHERE variant."productId" = ANY (products)
  ), instant AS (
    SELECT "productId", "site", '-infinity'::timestamptz AS "at" FROM price
    UNION SELECT "productId", "site", "from" FROM price
    UNION SELECT "productId", "site", "until" FROM price
  ), span AS (
    SELECT "productId", "site", "at" AS "startsAt",
           lead("at", 1, 'infinity') OVER (PARTITION BY "productId", "site" ORDER BY "at") AS "endsAt"
    FROM instant WHERE "at" < 'infinity'
  ), priced AS (
    SELECT span.*, price."amount",
           CASE WHEN price."from" <= span."startsAt" AND span."startsAt" < price."until" THEN price."saleAmount" END AS "sale"
    FROM span JOIN price USING ("productId", "site")
  )
  SELECT "productId", "site", "startsAt", "endsAt", min(coalesce("sale", "amount")), max(coalesce("sale", "amount")),
         min("amount") FILTER (WHERE "sale" IS NOT NULL), max("amount") FILTER (WHERE "sale" IS NOT NULL),
         coalesce(max(greatest(("amount" - "sale")::bigint * 10000 / "amount", 1)) FILTER (WHERE "sale" IS NOT NULL), 0)
  FROM priced GROUP BY "productId", "site", "startsAt", "endsAt";
END $$;

-- Whatever is kept of prices is kept anew: the triggers on VariantPrice know all of it.
CREATE FUNCTION publication_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "VariantPrice" SET "amount" = "amount"
  WHERE "variantId" IN (SELECT "id" FROM "Variant" WHERE "productId" = NEW."id");
  RETURN NULL;
END $$;
CREATE TRIGGER publication_changed AFTER UPDATE OF "published" ON "Product" FOR EACH ROW
  WHEN (OLD."published" <> NEW."published") EXECUTE FUNCTION publication_changed();
