-- What Prisma's schema can't say stands at the beginning and at the end of this file; between them is what
-- Prisma made of it.

-- Without accents, for those who search on a keyboard that has none.
CREATE FUNCTION unaccented(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(normalize(words, NFKD), '[\u0300-\u036f]', '', 'g');

-- The values of all of a product's options.
CREATE FUNCTION option_values(options jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN jsonb_path_query_array(options, '$[*].values[*]')::text;

CREATE FUNCTION product_search(title text, brand text, tags text[], options jsonb, description text)
RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN setweight(to_tsvector('pg_catalog.english', unaccented(title)), 'A')
    || setweight(to_tsvector('pg_catalog.english', unaccented(brand || ' ' || array_to_string(tags, ' '))), 'B')
    || setweight(to_tsvector('pg_catalog.english', unaccented(option_values(options))), 'C')
    || setweight(to_tsvector('pg_catalog.english', unaccented(description)), 'D');

ALTER TABLE "Product" DROP COLUMN "search";
DROP FUNCTION product_search(text, text, text[], text);
ALTER TABLE "Product" ADD COLUMN "search" tsvector NOT NULL
  GENERATED ALWAYS AS (product_search("title", "brand", "tags", "options", "description")) STORED;
CREATE INDEX "Product_search_idx" ON "Product" USING GIN ("search");

-- DropIndex
DROP INDEX "Offer_site_minimum_productId_idx";

-- DropIndex
DROP INDEX "Product_availability_publishedAt_id_idx";

-- DropIndex
DROP INDEX "Product_brand_publishedAt_id_idx";

-- DropIndex
DROP INDEX "Product_publishedAt_id_idx";

-- DropIndex
DROP INDEX "Product_titleOrder_id_idx";

-- DropIndex
DROP INDEX "Product_title_trigram_idx";

-- AlterTable
ALTER TABLE "Picture" ADD COLUMN     "placeholder" TEXT;

-- CreateTable
CREATE TABLE "PriceRecord" (
    "variantId" UUID NOT NULL,
    "site" TEXT NOT NULL,
    "from" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),
    "amount" INTEGER NOT NULL,
    "saleAmount" INTEGER,
    "saleStartsAt" TIMESTAMPTZ(3),
    "saleEndsAt" TIMESTAMPTZ(3),

    CONSTRAINT "PriceRecord_pkey" PRIMARY KEY ("variantId","site","from")
);

-- CreateTable
CREATE TABLE "Listing" (
    "collectionId" UUID NOT NULL,
    "site" TEXT NOT NULL,
    "productId" UUID NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "minimum" INTEGER NOT NULL,
    "reduction" INTEGER NOT NULL,
    "publishedAt" TIMESTAMPTZ(3) NOT NULL,
    "titleOrder" TEXT COLLATE "C" NOT NULL,
    "brand" TEXT NOT NULL,
    "availability" "Availability" NOT NULL,

    CONSTRAINT "Listing_pkey" PRIMARY KEY ("productId","collectionId","site","startsAt")
);

-- CreateTable
CREATE TABLE "ListingCount" (
    "collectionId" UUID NOT NULL,
    "site" TEXT NOT NULL,
    "products" INTEGER NOT NULL,

    CONSTRAINT "ListingCount_pkey" PRIMARY KEY ("collectionId","site")
);

-- CreateTable
CREATE TABLE "SearchTerm" (
    "site" TEXT NOT NULL,
    "term" TEXT COLLATE "C" NOT NULL,
    "products" INTEGER NOT NULL,

    CONSTRAINT "SearchTerm_pkey" PRIMARY KEY ("site","term")
);

-- CreateTable
CREATE TABLE "ProductComplement" (
    "productId" UUID NOT NULL,
    "complementId" UUID NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "ProductComplement_pkey" PRIMARY KEY ("productId","complementId")
);

-- CreateIndex
CREATE INDEX "Listing_collectionId_site_publishedAt_productId_idx" ON "Listing"("collectionId", "site", "publishedAt", "productId");

-- CreateIndex
CREATE INDEX "Listing_collectionId_site_titleOrder_productId_idx" ON "Listing"("collectionId", "site", "titleOrder", "productId");

-- CreateIndex
CREATE INDEX "Listing_collectionId_site_minimum_productId_idx" ON "Listing"("collectionId", "site", "minimum", "productId");

-- CreateIndex
CREATE INDEX "SearchTerm_term_trigram_idx" ON "SearchTerm" USING GIN ("term" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "ProductComplement_complementId_idx" ON "ProductComplement"("complementId");

-- CreateIndex
CREATE UNIQUE INDEX "ProductComplement_productId_position_key" ON "ProductComplement"("productId", "position");

-- CreateIndex
CREATE INDEX "Variant_options_idx" ON "Variant" USING GIN ("options" jsonb_path_ops);

-- CreateIndex
CREATE INDEX "Product_brand_idx" ON "Product"("brand");

-- AddForeignKey
ALTER TABLE "PriceRecord" ADD CONSTRAINT "PriceRecord_variantId_fkey" FOREIGN KEY ("variantId") REFERENCES "Variant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Listing" ADD CONSTRAINT "Listing_productId_fkey" FOREIGN KEY ("productId") REFERENCES "Product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ProductComplement" ADD CONSTRAINT "ProductComplement_productId_fkey" FOREIGN KEY ("productId") REFERENCES "Product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ProductComplement" ADD CONSTRAINT "ProductComplement_complementId_fkey" FOREIGN KEY ("complementId") REFERENCES "Product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Constraints
ALTER TABLE "Listing" ADD CONSTRAINT "Listing_span_check" CHECK ("startsAt" < "endsAt");
ALTER TABLE "PriceRecord" ADD CONSTRAINT "PriceRecord_span_check" CHECK ("from" < "until");
ALTER TABLE "ProductComplement" ADD CONSTRAINT "ProductComplement_other_check" CHECK ("productId" <> "complementId");
ALTER TABLE "ProductComplement" ADD CONSTRAINT "ProductComplement_position_check" CHECK ("position" BETWEEN 0 AND 19);

-- A page of a list is read along an index, and only the products on it are looked at more closely.
ALTER TABLE "Listing" SET (autovacuum_vacuum_insert_scale_factor = 0.05);

-- The list of all products.
CREATE FUNCTION whole_shop() RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '00000000-0000-0000-0000-000000000000'::uuid;

-- What "Listing" has to hold of the products.
CREATE FUNCTION listings_of(products uuid[]) RETURNS TABLE (
  "collectionId" uuid, "site" text, "productId" uuid, "startsAt" timestamptz, "endsAt" timestamptz,
  "minimum" integer, "reduction" integer, "publishedAt" timestamptz, "titleOrder" text, "brand" text,
  "availability" "Availability"
) LANGUAGE sql STABLE AS $$
  SELECT list."id", offer."site", product."id", offer."startsAt", offer."endsAt", offer."minimum",
         offer."reduction", product."publishedAt", product."titleOrder", product."brand", product."availability"
  FROM "Product" product
  JOIN "Offer" offer ON offer."productId" = product."id"
  CROSS JOIN LATERAL (
    SELECT whole_shop() AS "id"
    UNION
    SELECT list."id"
    FROM "ProductCollection" membership JOIN "Collection" holder ON holder."id" = membership."collectionId"
    JOIN "Collection" list ON list."id" IN (holder."id", holder."parentId")
    WHERE membership."productId" = product."id" AND offer."site" = ANY (list."sites")
  ) list
  WHERE product."id" = ANY (products)
$$;

-- Rows that stay as they are are not written: a price that changes costs no count.
CREATE FUNCTION refresh_listings(products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM "Listing" listing
  WHERE listing."productId" = ANY (products) AND NOT EXISTS (
    SELECT FROM listings_of(products) wanted
    WHERE (wanted."productId", wanted."collectionId", wanted."site", wanted."startsAt")
        = (listing."productId", listing."collectionId", listing."site", listing."startsAt")
  );
  INSERT INTO "Listing" AS listing ("collectionId", "site", "productId", "startsAt", "endsAt", "minimum",
                                    "reduction", "publishedAt", "titleOrder", "brand", "availability")
  SELECT "collectionId", "site", "productId", "startsAt", "endsAt", "minimum",
         "reduction", "publishedAt", "titleOrder", "brand", "availability"
  FROM listings_of(products)
  ON CONFLICT ("productId", "collectionId", "site", "startsAt") DO UPDATE
  SET "endsAt" = excluded."endsAt", "minimum" = excluded."minimum", "reduction" = excluded."reduction",
      "publishedAt" = excluded."publishedAt", "titleOrder" = excluded."titleOrder", "brand" = excluded."brand",
      "availability" = excluded."availability"
  WHERE (listing."endsAt", listing."minimum", listing."reduction", listing."publishedAt", listing."titleOrder",
         listing."brand", listing."availability")
    IS DISTINCT FROM (excluded."endsAt", excluded."minimum", excluded."reduction", excluded."publishedAt",
                      excluded."titleOrder", excluded."brand", excluded."availability");
END $$;

CREATE OR REPLACE FUNCTION variants_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE products uuid[] := ARRAY(SELECT DISTINCT "productId" FROM changed);
BEGIN
  PERFORM refresh_availability(products);
  IF TG_OP = 'DELETE' THEN
    PERFORM refresh_offers(products);
    PERFORM refresh_listings(products);
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION variant_prices_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE products uuid[] := ARRAY(
  SELECT DISTINCT "productId" FROM "Variant" WHERE "id" IN (SELECT "variantId" FROM changed)
);
BEGIN
  PERFORM refresh_offers(products);
  PERFORM refresh_listings(products);
  RETURN NULL;
END $$;

CREATE FUNCTION memberships_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE products uuid[] := ARRAY(SELECT DISTINCT "productId" FROM changed);
BEGIN
  PERFORM FROM "Product" WHERE "id" = ANY (products) ORDER BY "id" FOR NO KEY UPDATE; -- as in refresh_offers
  PERFORM refresh_listings(products);
  RETURN NULL;
END $$;
CREATE TRIGGER memberships_inserted AFTER INSERT ON "ProductCollection" REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION memberships_changed();
CREATE TRIGGER memberships_updated AFTER UPDATE ON "ProductCollection" REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION memberships_changed();
CREATE TRIGGER memberships_moved AFTER UPDATE ON "ProductCollection" REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION memberships_changed();
CREATE TRIGGER memberships_deleted AFTER DELETE ON "ProductCollection" REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION memberships_changed();

CREATE FUNCTION collection_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE products uuid[] := ARRAY(
  SELECT DISTINCT membership."productId"
  FROM "ProductCollection" membership JOIN "Collection" holder ON holder."id" = membership."collectionId"
  WHERE NEW."id" IN (holder."id", holder."parentId")
);
BEGIN
  PERFORM FROM "Product" WHERE "id" = ANY (products) ORDER BY "id" FOR NO KEY UPDATE;
  PERFORM refresh_listings(products);
  RETURN NULL;
END $$;
CREATE TRIGGER collection_moved AFTER UPDATE OF "parentId", "sites" ON "Collection" FOR EACH ROW
  WHEN ((OLD."parentId", OLD."sites") IS DISTINCT FROM (NEW."parentId", NEW."sites")) EXECUTE FUNCTION collection_moved();

-- The words by which a product is meant: those of its title, brand, tags and options, each once.
CREATE FUNCTION product_terms(title text, brand text, tags text[], options jsonb)
RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(
  SELECT DISTINCT word COLLATE "C"
  FROM regexp_split_to_table(
    lower(unaccented(title || ' ' || brand || ' ' || array_to_string(tags, ' ') || ' ' || option_values(options))),
    '[\s!-/:-@[-`{-~\u2000-\u206f]+'
  ) AS words (word)
  WHERE char_length(word) BETWEEN 2 AND 40 AND word !~ '^[0-9]+$'
);

-- In one order, so that two who do this do not wait for each other in a circle.
CREATE FUNCTION count_terms(sites text[], terms text[], difference integer) RETURNS void LANGUAGE sql AS $$
  INSERT INTO "SearchTerm" AS term ("site", "term", "products")
  SELECT site, word, difference FROM unnest(sites) AS site CROSS JOIN unnest(terms) AS word
  ORDER BY site, word
  ON CONFLICT ("site", "term") DO UPDATE SET "products" = term."products" + excluded."products";
$$;

CREATE FUNCTION listings_counted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE sign integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
  -- Of each product in a list one row begins at -infinity.
  INSERT INTO "ListingCount" AS list ("collectionId", "site", "products")
  SELECT "collectionId", "site", count(*) * sign FROM changed WHERE "startsAt" = '-infinity'
  GROUP BY "collectionId", "site" ORDER BY "collectionId", "site"
  ON CONFLICT ("collectionId", "site") DO UPDATE SET "products" = list."products" + excluded."products";

  INSERT INTO "SearchTerm" AS term ("site", "term", "products")
  SELECT changed."site", word."term", count(*) * sign
  FROM changed JOIN "Product" product ON product."id" = changed."productId"
  CROSS JOIN LATERAL unnest(product_terms(product."title", product."brand", product."tags", product."options"))
    AS word ("term")
  WHERE changed."collectionId" = whole_shop() AND changed."startsAt" = '-infinity'
  GROUP BY changed."site", word."term" ORDER BY changed."site", word."term"
  ON CONFLICT ("site", "term") DO UPDATE SET "products" = term."products" + excluded."products";
  RETURN NULL;
END $$;
CREATE TRIGGER listings_inserted AFTER INSERT ON "Listing" REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION listings_counted();
CREATE TRIGGER listings_deleted AFTER DELETE ON "Listing" REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION listings_counted();

CREATE FUNCTION product_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before text[];
  after text[];
  sites text[];
BEGIN
  UPDATE "Listing" SET "publishedAt" = NEW."publishedAt", "titleOrder" = NEW."titleOrder",
                       "brand" = NEW."brand", "availability" = NEW."availability"
  WHERE "productId" = NEW."id";
  IF (OLD."title", OLD."brand", OLD."tags", OLD."options")
     IS DISTINCT FROM (NEW."title", NEW."brand", NEW."tags", NEW."options") THEN
    before := product_terms(OLD."title", OLD."brand", OLD."tags", OLD."options");
    after := product_terms(NEW."title", NEW."brand", NEW."tags", NEW."options");
    sites := ARRAY(SELECT "site" FROM "Listing"
      WHERE "productId" = NEW."id" AND "collectionId" = whole_shop() AND "startsAt" = '-infinity');
    PERFORM count_terms(sites, ARRAY(SELECT unnest(before) EXCEPT SELECT unnest(after)), -1);
    PERFORM count_terms(sites, ARRAY(SELECT unnest(after) EXCEPT SELECT unnest(before)), 1);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER product_changed AFTER UPDATE ON "Product" FOR EACH ROW
  WHEN ((OLD."title", OLD."brand", OLD."tags", OLD."options", OLD."publishedAt", OLD."availability")
    IS DISTINCT FROM (NEW."title", NEW."brand", NEW."tags", NEW."options", NEW."publishedAt", NEW."availability"))
  EXECUTE FUNCTION product_changed();

-- Its listings go while its words are still there to be counted.
CREATE FUNCTION product_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM "Listing" WHERE "productId" = OLD."id";
  RETURN OLD;
END $$;
CREATE TRIGGER product_deleted BEFORE DELETE ON "Product" FOR EACH ROW EXECUTE FUNCTION product_deleted();

-- The clock and not the transaction's beginning: of two that write one price, the second may have begun first.
CREATE FUNCTION record_price() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  at timestamptz;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    SELECT greatest(date_trunc('milliseconds', clock_timestamp()), "from" + interval '1 millisecond') INTO at
    FROM "PriceRecord" WHERE "variantId" = OLD."variantId" AND "site" = OLD."site" AND "until" IS NULL;
    UPDATE "PriceRecord" SET "until" = at
    WHERE "variantId" = OLD."variantId" AND "site" = OLD."site" AND "until" IS NULL;
  END IF;
  -- A variant that is deleted takes its prices with it, and these records as well.
  IF TG_OP = 'DELETE' THEN RETURN NULL; END IF;
  INSERT INTO "PriceRecord" ("variantId", "site", "from", "amount", "saleAmount", "saleStartsAt", "saleEndsAt")
  VALUES (NEW."variantId", NEW."site", coalesce(at, date_trunc('milliseconds', clock_timestamp())),
          NEW."amount", NEW."saleAmount", NEW."saleStartsAt", NEW."saleEndsAt")
  ON CONFLICT ("variantId", "site", "from") DO UPDATE
  SET "until" = NULL, "amount" = NEW."amount", "saleAmount" = NEW."saleAmount",
      "saleStartsAt" = NEW."saleStartsAt", "saleEndsAt" = NEW."saleEndsAt";
  RETURN NULL;
END $$;
CREATE TRIGGER price_inserted AFTER INSERT ON "VariantPrice" FOR EACH ROW EXECUTE FUNCTION record_price();
CREATE TRIGGER price_updated AFTER UPDATE ON "VariantPrice" FOR EACH ROW
  WHEN ((OLD."amount", OLD."saleAmount", OLD."saleStartsAt", OLD."saleEndsAt")
    IS DISTINCT FROM (NEW."amount", NEW."saleAmount", NEW."saleStartsAt", NEW."saleEndsAt"))
  EXECUTE FUNCTION record_price();
CREATE TRIGGER price_deleted AFTER DELETE ON "VariantPrice" FOR EACH ROW EXECUTE FUNCTION record_price();

-- What is there already. Its prices have held since the product was published, as far as anybody knows.
SELECT refresh_listings(ARRAY(SELECT "id" FROM "Product" ORDER BY "id"));
INSERT INTO "PriceRecord" ("variantId", "site", "from", "amount", "saleAmount", "saleStartsAt", "saleEndsAt")
SELECT price."variantId", price."site", product."publishedAt", price."amount", price."saleAmount",
       price."saleStartsAt", price."saleEndsAt"
FROM "VariantPrice" price
JOIN "Variant" variant ON variant."id" = price."variantId"
JOIN "Product" product ON product."id" = variant."productId";
