-- What Prisma's schema can't say stands at the beginning and at the end of this file; between them is what
-- Prisma made of it.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Without case and accents, so that the order of titles does not depend on a server's collations.
CREATE FUNCTION title_order(title text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(regexp_replace(normalize(title, NFKD), '[\u0300-\u036f]', '', 'g') COLLATE "C");

CREATE FUNCTION product_search(title text, brand text, tags text[], description text)
RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN setweight(to_tsvector('pg_catalog.english', title), 'A')
    || setweight(to_tsvector('pg_catalog.english', brand || ' ' || array_to_string(tags, ' ')), 'B')
    || setweight(to_tsvector('pg_catalog.english', description), 'C');

-- CreateEnum
CREATE TYPE "Availability" AS ENUM ('SOLD_OUT', 'LOW_STOCK', 'IN_STOCK');

-- CreateTable
CREATE TABLE "Product" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "brand" TEXT NOT NULL,
    "tags" TEXT[],
    "options" JSONB NOT NULL,
    "availability" "Availability" NOT NULL DEFAULT 'SOLD_OUT',
    "publishedAt" TIMESTAMPTZ(3) NOT NULL,
    "titleOrder" TEXT COLLATE "C" NOT NULL GENERATED ALWAYS AS (title_order("title")) STORED,
    "search" tsvector NOT NULL GENERATED ALWAYS AS (product_search("title", "brand", "tags", "description")) STORED,

    CONSTRAINT "Product_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Variant" (
    "id" UUID NOT NULL,
    "productId" UUID NOT NULL,
    "sku" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "options" JSONB NOT NULL,
    "stock" INTEGER NOT NULL,
    "pictureKey" TEXT,

    CONSTRAINT "Variant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "VariantPrice" (
    "variantId" UUID NOT NULL,
    "site" TEXT NOT NULL,
    "amount" INTEGER NOT NULL,
    "saleAmount" INTEGER,
    "saleStartsAt" TIMESTAMPTZ(3),
    "saleEndsAt" TIMESTAMPTZ(3),

    CONSTRAINT "VariantPrice_pkey" PRIMARY KEY ("variantId","site")
);

-- CreateTable
CREATE TABLE "Offer" (
    "productId" UUID NOT NULL,
    "site" TEXT NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "minimum" INTEGER NOT NULL,
    "maximum" INTEGER NOT NULL,
    "compareAtMinimum" INTEGER,
    "compareAtMaximum" INTEGER,
    "reduction" INTEGER NOT NULL,

    CONSTRAINT "Offer_pkey" PRIMARY KEY ("productId","site","startsAt")
);

-- CreateTable
CREATE TABLE "Picture" (
    "key" TEXT NOT NULL,
    "altText" TEXT NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,

    CONSTRAINT "Picture_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "ProductMedia" (
    "productId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "pictureKey" TEXT NOT NULL,

    CONSTRAINT "ProductMedia_pkey" PRIMARY KEY ("productId","position")
);

-- CreateTable
CREATE TABLE "Collection" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "parentId" UUID,
    "sites" TEXT[],
    "pictureKey" TEXT,

    CONSTRAINT "Collection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ProductCollection" (
    "productId" UUID NOT NULL,
    "collectionId" UUID NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "ProductCollection_pkey" PRIMARY KEY ("productId","collectionId")
);

-- CreateTable
CREATE TABLE "Menu" (
    "site" TEXT NOT NULL,
    "handle" TEXT NOT NULL,

    CONSTRAINT "Menu_pkey" PRIMARY KEY ("site","handle")
);

-- CreateTable
CREATE TABLE "MenuItem" (
    "id" UUID NOT NULL,
    "site" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "parentId" UUID,
    "position" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "collectionId" UUID,

    CONSTRAINT "MenuItem_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CarouselSlide" (
    "id" UUID NOT NULL,
    "site" TEXT NOT NULL,
    "placement" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "subtitle" TEXT,
    "pictureKey" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3),

    CONSTRAINT "CarouselSlide_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CallToAction" (
    "id" UUID NOT NULL,
    "site" TEXT NOT NULL,
    "placement" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT,
    "label" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3),

    CONSTRAINT "CallToAction_pkey" PRIMARY KEY ("id")
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

-- CreateIndex
CREATE UNIQUE INDEX "Product_slug_key" ON "Product"("slug");

-- CreateIndex
CREATE INDEX "Product_publishedAt_id_idx" ON "Product"("publishedAt", "id");

-- CreateIndex
CREATE INDEX "Product_titleOrder_id_idx" ON "Product"("titleOrder", "id");

-- CreateIndex
CREATE INDEX "Product_brand_publishedAt_id_idx" ON "Product"("brand", "publishedAt", "id");

-- CreateIndex
CREATE INDEX "Product_availability_publishedAt_id_idx" ON "Product"("availability", "publishedAt", "id");

-- CreateIndex
CREATE INDEX "Product_tags_idx" ON "Product" USING GIN ("tags");

-- CreateIndex
CREATE INDEX "Product_search_idx" ON "Product" USING GIN ("search");

-- CreateIndex
CREATE INDEX "Product_title_trigram_idx" ON "Product" USING GIN ("title" gin_trgm_ops);

-- CreateIndex
CREATE UNIQUE INDEX "Variant_sku_key" ON "Variant"("sku");

-- CreateIndex
CREATE INDEX "Variant_pictureKey_idx" ON "Variant"("pictureKey");

-- CreateIndex
CREATE UNIQUE INDEX "Variant_productId_position_key" ON "Variant"("productId", "position");

-- CreateIndex
CREATE UNIQUE INDEX "Variant_productId_options_key" ON "Variant"("productId", "options");

-- CreateIndex
CREATE INDEX "Offer_site_minimum_productId_idx" ON "Offer"("site", "minimum", "productId");

-- CreateIndex
CREATE INDEX "Offer_site_reduction_productId_idx" ON "Offer"("site", "reduction", "productId");

-- CreateIndex
CREATE INDEX "ProductMedia_pictureKey_idx" ON "ProductMedia"("pictureKey");

-- CreateIndex
CREATE UNIQUE INDEX "Collection_slug_key" ON "Collection"("slug");

-- CreateIndex
CREATE INDEX "Collection_parentId_position_idx" ON "Collection"("parentId", "position");

-- CreateIndex
CREATE INDEX "Collection_pictureKey_idx" ON "Collection"("pictureKey");

-- CreateIndex
CREATE INDEX "ProductCollection_collectionId_productId_idx" ON "ProductCollection"("collectionId", "productId");

-- CreateIndex
CREATE UNIQUE INDEX "ProductCollection_productId_position_key" ON "ProductCollection"("productId", "position");

-- CreateIndex
CREATE INDEX "MenuItem_site_handle_position_idx" ON "MenuItem"("site", "handle", "position");

-- CreateIndex
CREATE INDEX "MenuItem_parentId_idx" ON "MenuItem"("parentId");

-- CreateIndex
CREATE INDEX "MenuItem_collectionId_idx" ON "MenuItem"("collectionId");

-- CreateIndex
CREATE INDEX "CarouselSlide_site_placement_position_idx" ON "CarouselSlide"("site", "placement", "position");

-- CreateIndex
CREATE INDEX "CarouselSlide_pictureKey_idx" ON "CarouselSlide"("pictureKey");

-- CreateIndex
CREATE INDEX "CallToAction_site_placement_position_idx" ON "CallToAction"("site", "placement", "position");

-- AddForeignKey
ALTER TABLE "Variant" ADD CONSTRAINT "Variant_productId_fkey" FOREIGN KEY ("productId") REFERENCES "Product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Variant" ADD CONSTRAINT "Variant_pictureKey_fkey" FOREIGN KEY ("pictureKey") REFERENCES "Picture"("key") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "VariantPrice" ADD CONSTRAINT "VariantPrice_variantId_fkey" FOREIGN KEY ("variantId") REFERENCES "Variant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Offer" ADD CONSTRAINT "Offer_productId_fkey" FOREIGN KEY ("productId") REFERENCES "Product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ProductMedia" ADD CONSTRAINT "ProductMedia_productId_fkey" FOREIGN KEY ("productId") REFERENCES "Product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ProductMedia" ADD CONSTRAINT "ProductMedia_pictureKey_fkey" FOREIGN KEY ("pictureKey") REFERENCES "Picture"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Collection" ADD CONSTRAINT "Collection_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "Collection"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Collection" ADD CONSTRAINT "Collection_pictureKey_fkey" FOREIGN KEY ("pictureKey") REFERENCES "Picture"("key") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ProductCollection" ADD CONSTRAINT "ProductCollection_productId_fkey" FOREIGN KEY ("productId") REFERENCES "Product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ProductCollection" ADD CONSTRAINT "ProductCollection_collectionId_fkey" FOREIGN KEY ("collectionId") REFERENCES "Collection"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MenuItem" ADD CONSTRAINT "MenuItem_site_handle_fkey" FOREIGN KEY ("site", "handle") REFERENCES "Menu"("site", "handle") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MenuItem" ADD CONSTRAINT "MenuItem_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "MenuItem"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MenuItem" ADD CONSTRAINT "MenuItem_collectionId_fkey" FOREIGN KEY ("collectionId") REFERENCES "Collection"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CarouselSlide" ADD CONSTRAINT "CarouselSlide_pictureKey_fkey" FOREIGN KEY ("pictureKey") REFERENCES "Picture"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Constraints
ALTER TABLE "Product" ADD CONSTRAINT "Product_slug_check" CHECK ("slug" ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
ALTER TABLE "Product" ADD CONSTRAINT "Product_options_check" CHECK (jsonb_typeof("options") = 'array');
ALTER TABLE "Variant" ADD CONSTRAINT "Variant_options_check" CHECK (jsonb_typeof("options") = 'array');
ALTER TABLE "Variant" ADD CONSTRAINT "Variant_stock_check" CHECK ("stock" BETWEEN 0 AND 1000000);
ALTER TABLE "Variant" ADD CONSTRAINT "Variant_position_check" CHECK ("position" >= 0);
ALTER TABLE "VariantPrice" ADD CONSTRAINT "VariantPrice_amount_check" CHECK ("amount" BETWEEN 0 AND 100000000);
ALTER TABLE "VariantPrice" ADD CONSTRAINT "VariantPrice_saleAmount_check" CHECK ("saleAmount" >= 0 AND "saleAmount" < "amount");
ALTER TABLE "VariantPrice" ADD CONSTRAINT "VariantPrice_window_check" CHECK ("saleStartsAt" < "saleEndsAt");
ALTER TABLE "VariantPrice" ADD CONSTRAINT "VariantPrice_sale_check"
  CHECK ("saleAmount" IS NOT NULL OR ("saleStartsAt" IS NULL AND "saleEndsAt" IS NULL));
ALTER TABLE "Offer" ADD CONSTRAINT "Offer_span_check" CHECK ("startsAt" < "endsAt");
ALTER TABLE "Picture" ADD CONSTRAINT "Picture_size_check" CHECK ("width" > 0 AND "height" > 0);
ALTER TABLE "ProductMedia" ADD CONSTRAINT "ProductMedia_position_check" CHECK ("position" BETWEEN 0 AND 9);
ALTER TABLE "ProductCollection" ADD CONSTRAINT "ProductCollection_position_check" CHECK ("position" BETWEEN 0 AND 9);
ALTER TABLE "Collection" ADD CONSTRAINT "Collection_slug_check" CHECK ("slug" ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
ALTER TABLE "Collection" ADD CONSTRAINT "Collection_parent_check" CHECK ("parentId" <> "id");
ALTER TABLE "CarouselSlide" ADD CONSTRAINT "CarouselSlide_window_check" CHECK ("startsAt" < "endsAt");
ALTER TABLE "CallToAction" ADD CONSTRAINT "CallToAction_window_check" CHECK ("startsAt" < "endsAt");

-- What a number in stock is to a shopper. The one place that knows where few begins.
CREATE FUNCTION stock_availability(stock integer) RETURNS "Availability" LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN stock <= 0 THEN 'SOLD_OUT' WHEN stock < 5 THEN 'LOW_STOCK' ELSE 'IN_STOCK' END::"Availability";

-- A product's availability is the best of its variants'.
CREATE FUNCTION refresh_availability(products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- Two who change variants of one product take turns, and the second sees what the first wrote. Without this
  -- each would judge by what the other has just overwritten.
  PERFORM FROM "Product" WHERE "id" = ANY (products) ORDER BY "id" FOR NO KEY UPDATE;
  UPDATE "Product" product SET "availability" = best."availability"
  FROM (
    SELECT "productId", max(stock_availability("stock")) AS "availability"
    FROM "Variant" WHERE "productId" = ANY (products) GROUP BY "productId"
    UNION ALL
    SELECT bare."id", 'SOLD_OUT' FROM unnest(products) AS bare ("id")
    WHERE NOT EXISTS (SELECT FROM "Variant" variant WHERE variant."productId" = bare."id")
  ) best
  WHERE product."id" = best."productId" AND product."availability" <> best."availability";
END $$;

-- Between two instants at which some variant's reduction begins or ends, a product's prices stand still: each
-- such span is one offer.
CREATE FUNCTION refresh_offers(products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM "Product" WHERE "id" = ANY (products) ORDER BY "id" FOR NO KEY UPDATE; -- as above
  DELETE FROM "Offer" WHERE "productId" = ANY (products);
  INSERT INTO "Offer" ("productId", "site", "startsAt", "endsAt", "minimum", "maximum",
                       "compareAtMinimum", "compareAtMaximum", "reduction")
  WITH price AS (
    SELECT variant."productId", price."site", price."amount", price."saleAmount",
           CASE WHEN "saleAmount" IS NULL THEN '-infinity' ELSE coalesce("saleStartsAt", '-infinity') END AS "from",
           CASE WHEN "saleAmount" IS NULL THEN '-infinity' ELSE coalesce("saleEndsAt", 'infinity') END AS "until"
    FROM "Variant" variant JOIN "VariantPrice" price ON price."variantId" = variant."id"
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

CREATE FUNCTION variants_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE products uuid[] := ARRAY(SELECT DISTINCT "productId" FROM changed);
BEGIN
  PERFORM refresh_availability(products);
  IF TG_OP = 'DELETE' THEN PERFORM refresh_offers(products); END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION variant_prices_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_offers(ARRAY(
    SELECT DISTINCT "productId" FROM "Variant" WHERE "id" IN (SELECT "variantId" FROM changed)
  ));
  RETURN NULL;
END $$;

-- Once for each statement, however many rows it writes.
CREATE TRIGGER variants_inserted AFTER INSERT ON "Variant" REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION variants_changed();
CREATE TRIGGER variants_updated AFTER UPDATE ON "Variant" REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION variants_changed();
CREATE TRIGGER variants_deleted AFTER DELETE ON "Variant" REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION variants_changed();
CREATE TRIGGER variant_prices_inserted AFTER INSERT ON "VariantPrice" REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION variant_prices_changed();
CREATE TRIGGER variant_prices_updated AFTER UPDATE ON "VariantPrice" REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION variant_prices_changed();
CREATE TRIGGER variant_prices_deleted AFTER DELETE ON "VariantPrice" REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION variant_prices_changed();

-- A date as JSON has it, in UTC.
CREATE FUNCTION json_instant(instant timestamptz) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- What the change feed tells of a variant: the payload of `variant.updated`.
CREATE VIEW "VariantSnapshot" AS
SELECT variant."id", variant."productId", jsonb_build_object(
  'productId', variant."productId",
  'sku', variant."sku",
  'title', product."title",
  'variantTitle', variant."title",
  'imageKey', variant."pictureKey",
  'availability', stock_availability(variant."stock"),
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

INSERT INTO "Feed" ("id") VALUES (gen_random_uuid());
